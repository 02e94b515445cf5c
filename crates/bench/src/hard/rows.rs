//! The rows of each thing that is hard about a case.

use db::{Tx, sql};
use kernel::{Chance, Id};
use serde_json::json;

use super::{DAY, Ground, Past};

pub(super) async fn plea(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let kinds = [
        ("extension", json!({"until": ground.day(past.due).plus(10)})),
        ("pause", json!({"code": "appraisal", "until": ground.day(past.due)})),
        ("parking", json!({"code": "plan", "until": ground.day(past.due).plus(25)})),
        ("exclusion", json!({"code": "force-majeure"})),
    ];
    let index = usize::try_from(chance.below(4)).unwrap_or(0);
    let Some((kind, params)) = kinds.into_iter().nth(index) else { return Ok(()) };
    let (asked, decided) = (past.received.plus_hours(20), (!past.is_open).then(|| past.received.plus_hours(26)));
    tx.later(sql!(
        "INSERT INTO pleas (id, case_id, kind, state, arbiter, county, township, unit, person, asked_at, decide_by, params,
             reason, told, decided_at, decided_by, decided_unit, version)
         VALUES ($1, $2, $3, $4, 'township', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 2)",
        Id::<Ground>::new(asked, chance),
        past.id,
        kind,
        if past.is_open { "open" } else { "granted" },
        &past.county,
        &past.township,
        past.lead,
        ground.person,
        asked,
        asked.plus_days(1),
        params,
        past.note,
        past.note,
        decided,
        decided.map(|_| ground.person),
        decided.map(|_| past.lead),
    ))
    .await
}

pub(super) async fn supervision(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let (imposed, over) = (past.due.plus_hours(1), (!past.is_open).then(|| past.due.plus_days(2)));
    let grade = ["yellow", "orange", "red"].get(usize::try_from(chance.below(3)).unwrap_or(0)).copied();
    // The running program supervises by itself what is late; one at a time in a case.
    if past.is_open {
        tx.later(sql!("UPDATE cases SET supervised = $1 WHERE id = $2", grade, past.id)).await?;
    }
    tx.later(sql!(
        "INSERT INTO supervisions (id, case_id, grade, trigger_code, is_open, county, township, unit, imposed_at, due_at,
             answered_at, answered_by, released_at, released_by, version)
         VALUES ($1, $2, $3, 'overdue', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 3)
         ON CONFLICT DO NOTHING",
        Id::<Ground>::new(imposed, chance),
        past.id,
        grade.unwrap_or("yellow"),
        past.is_open,
        &past.county,
        &past.township,
        past.lead,
        imposed,
        imposed.plus_days(2),
        over,
        over.map(|_| ground.person),
        over,
        over.map(|_| ground.person),
    ))
    .await
}

pub(super) async fn call_back(tx: &mut Tx, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let began = past.ended.map_or(past.received, |ended| ended.plus_days(-1));
    tx.later(sql!(
        "INSERT INTO call_backs (id, case_id, kind, began_at, desk, city, county, township, village, grid, unit, has_phone,
             due_at, next_at, attempts, is_open, state, ended_at, version)
         VALUES ($1, $2, 'result', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 2)
         ON CONFLICT DO NOTHING",
        Id::<Ground>::new(began, chance),
        past.id,
        began,
        &past.township,
        &past.city,
        &past.county,
        &past.township,
        past.village.as_ref(),
        past.grid.as_ref(),
        past.lead,
        chance.below(2) == 0,
        began.plus_days(3),
        began,
        i64::from(past.ended.is_some()),
        past.ended.is_none(),
        if past.ended.is_some() { "answered" } else { "waiting" },
        past.ended,
    ))
    .await
}

pub(super) async fn recheck(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let (Some(ended), Some(draw)) = (past.ended, ground.draws.get(&past.county)) else { return Ok(()) };
    let state = ["confirmed", "confirmed", "confirmed", "waiting", "contested", "answered", "dismissed"];
    let state = state.get(usize::try_from(chance.below(7)).unwrap_or(0)).copied().unwrap_or("confirmed");
    let found = (state != "waiting").then(|| ended.plus_days(5));
    let finding = if state == "confirmed" { "as_claimed" } else { "not_as_claimed" };
    tx.later(sql!(
        "INSERT INTO rechecks (id, draw, case_id, county, township, village, unit, checker, class, closed_how, closed_at,
             due_at, state, finding, words, photos, found_at, found_by, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'confirmed', $10, $11, $12, $13, $14, $15, $16, $17, 2)",
        Id::<Ground>::new(ended.plus_days(1), chance),
        *draw,
        past.id,
        &past.county,
        &past.township,
        past.village.as_ref(),
        past.lead,
        ground.other(past, chance),
        past.matter.split('.').next().unwrap_or_default(),
        ended,
        ended.plus_days(10),
        state,
        found.map(|_| finding),
        found.map(|_| "到现场看过。"),
        json!([]),
        found,
        found.map(|_| ground.person),
    ))
    .await
}

pub(super) async fn share(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let given = past.received.plus_hours(5);
    tx.later(sql!(
        "INSERT INTO case_shares (id, case_id, kind, state, is_open, unit, lead_unit, city, county, task, photos, due_at,
             given_at, given_by, answered_at, answer, answer_photos, rounds, version)
         VALUES ($1, $2, 'unit', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, 3)",
        Id::<Ground>::new(given, chance),
        past.id,
        if past.is_open { "open" } else { "accepted" },
        past.is_open,
        ground.other(past, chance),
        past.lead,
        &past.city,
        &past.county,
        "核对电源，确认能否送电。",
        json!([]),
        past.due,
        given,
        ground.person,
        past.ended,
        past.ended.map(|_| "可以送电。"),
        json!([]),
    ))
    .await
}

pub(super) async fn whistle(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    let (raised, over) = (past.received.plus_hours(4), past.ended);
    let meets = raised.plus_hours(20);
    let id: Id<Ground> = Id::new(raised, chance);
    tx.later(sql!(
        "INSERT INTO whistles (id, kind, source, state, is_open, goal, region, city, county, township, village, case_id,
             lead_unit, raised_at, raised_by, meets_at, limits, outcome, answer, answered_at, ended_at, version)
         VALUES ($1, 'key_work', 'case', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 2)",
        id,
        if past.is_open { "running" } else { "over" },
        past.is_open,
        "商定怎样一次修好",
        past.grid.as_ref().unwrap_or(&past.township),
        &past.city,
        &past.county,
        &past.township,
        past.village.as_ref(),
        past.id,
        past.lead,
        raised,
        ground.person,
        meets,
        json!({"arrival": {"rule": "meeting"}, "reply": {"rule": "meeting"}, "part": {"rule": "meeting"}}),
        over.map(|_| "solved"),
        over.map(|_| "三家一起修好了。"),
        over,
        over,
    ))
    .await?;
    let mut called = vec![past.lead];
    for _ in 0..2 {
        let other = ground.other(past, chance);
        if !called.contains(&other) {
            called.push(other);
        }
    }
    for unit in called {
        let came = over.map(|_| meets.plus_seconds(600 * i64::try_from(chance.below(6)).unwrap_or(0) - 2_000));
        tx.later(sql!(
            "INSERT INTO whistle_calls (id, whistle, unit, city, county, township, raised_at, called_at, reply_due_at,
                 arrive_due_at, due_at, reply, answered_at, arrived_at, arrived_said_by, result, done_at, is_open, counts,
                 awaits_office, awaits_unit, reminded, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, TRUE, FALSE, FALSE, 0, 4)",
            Id::<Ground>::new(raised, chance),
            id,
            unit,
            &past.city,
            &past.county,
            &past.township,
            raised,
            raised,
            meets,
            meets,
            meets.plus_seconds(5 * DAY),
            over.map(|_| "coming"),
            over.map(|_| raised.plus_hours(1)),
            came,
            came.map(|_| "unit"),
            over.map(|_| "做完了。"),
            over,
            past.is_open,
        ))
        .await?;
    }
    Ok(())
}

/// What everyone reads of a parked case.
pub(super) async fn parked(tx: &mut Tx, ground: &Ground, past: &Past, chance: &Chance) -> kernel::Result<()> {
    tx.later(sql!(
        "INSERT INTO disclosed_parked (public_key, city, county, township, village, grid, matter, obstacle, plan, owner,
             since, review_on, parked_times)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'plan', $8, $9, $10, $11, 1)",
        Id::<Ground>::new(past.received, chance).to_string(),
        &past.city,
        &past.county,
        &past.township,
        past.village.as_ref(),
        past.grid.as_ref(),
        &past.matter,
        "整条路明年改造，届时一并更换。",
        json!({"zh": "城市管理局", "en": "Urban management"}),
        ground.day(past.received),
        ground.day(past.received).plus(30),
    ))
    .await
}
