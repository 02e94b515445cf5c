//! 摘要: the line by which lists know a case.

/// The longest, in characters.
const LONGEST: usize = 80;

/// The words of a report as a list shows them: whole, or their beginning, which ends with a whole word.
pub fn summary(words: &str) -> String {
    if words.chars().count() <= LONGEST {
        return words.to_owned();
    }
    let begun: String = words.chars().take(LONGEST - 1).collect();
    let breaks_a_word = words.chars().nth(LONGEST - 1).is_some_and(char::is_alphanumeric);
    // Chinese has no spaces, and breaks anywhere.
    let whole = begun.rsplit_once(' ').filter(|(_, last)| breaks_a_word && last.is_ascii());
    format!("{}…", whole.map_or(begun.as_str(), |(whole, _)| whole).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_end_with_a_whole_word_and_say_that_they_go_on() {
        let short = "路灯不亮，晚上看不清台阶";
        assert_eq!(summary(short), short);
        assert_eq!(summary(&"灯".repeat(81)), format!("{}…", "灯".repeat(79)));
        let english = "The street lamp near the back lane has been out for days. I walk home from the bus alone.";
        assert_eq!(summary(english), "The street lamp near the back lane has been out for days. I walk home from the…");
        let mixed = format!("{} lamp {}", "灯".repeat(10), "x".repeat(90));
        assert_eq!(summary(&mixed), format!("{} lamp…", "灯".repeat(10)));
    }
}
