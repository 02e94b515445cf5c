-- Matters are found by how they sound: the words of the cases that are there are read once more, while the program serves.
INSERT INTO case_unread (case_id)
SELECT c.id FROM cases c WHERE c.matter IS NOT NULL
ON CONFLICT (case_id) DO NOTHING;
