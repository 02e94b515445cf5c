//! The table of steps, and what must hold whatever is done.

use jiff::civil;
use proptest::prelude::*;

use super::*;
use crate::modules::{
    calendar::{self, WorkCalendar},
    mediation::model::{AgreementForm, DisputeKind, DisputeSource, NextWay},
};

const BOTH: [DisputeSide; 2] = [DisputeSide::One, DisputeSide::Other];

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn close(day: Day) -> Instant {
    day.at(civil::time(18, 0, 0, 0), &zone())
}

fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get("Asia/Shanghai").unwrap()
}

fn at(today: &str) -> Instant {
    day(today).at(civil::time(9, 0, 0, 0), &zone())
}

fn reckon(limit: TimeLimit, start: Instant) -> Deadline {
    calendar::deadline(start, limit, &WorkCalendar::default(), civil::time(18, 0, 0, 0), &zone())
}

fn applied() -> Dispute {
    let deadline = reckon(Limit::Decide.time(), at("2026-11-02"));
    Dispute {
        id: kernel::Id::from_uuid(uuid::Uuid::nil()),
        number: "140403-J261102-00001".into(),
        kind: DisputeKind::Administrative,
        class: "neighbours".into(),
        state: DisputeState::Applied,
        outcome: None,
        centre: kernel::Id::from_uuid(uuid::Uuid::nil()),
        place: kernel::RegionCode::parse("140403003001").unwrap(),
        place_text: None,
        source: DisputeSource::WalkIn,
        case: None,
        elsewhere: None,
        words: "楼上漏水".into(),
        mediator: None,
        one_agreed: false,
        other_agreed: false,
        applied_at: at("2026-11-02"),
        is_prolonged: false,
        accepted_at: None,
        accepted_on: None,
        due_at: Some(deadline.due_at),
        deadline: Some(deadline),
        agreement: None,
        performance: Performance::None,
        confirmation: Confirmation::None,
        ending: None,
        ended_at: None,
        version: 1,
    }
}

fn take(dispute: &Dispute, today: &str, step: Step) -> Result<Dispute> {
    take_as(dispute, today, step, Hand::Centre)
}

fn take_as(dispute: &Dispute, today: &str, step: Step, hand: Hand) -> Result<Dispute> {
    let ground = Ground { now: at(today), today: day(today), reckon: &reckon, close: &close };
    decide(dispute, &step, hand, &ground)
}

fn propose() -> Step {
    Step::Propose { mediator: kernel::Id::from_uuid(uuid::Uuid::max()), declared: true }
}

fn agree(effective_on: &str) -> Step {
    let items = vec![
        NewItem { words: "修好防水".into(), due_on: day("2026-11-20") },
        NewItem { words: "赔偿粉刷费 800 元".into(), due_on: day("2026-11-12") },
    ];
    Step::Agree {
        form: AgreementForm::Written, terms: "楼上负责维修".into(), effective_on: day(effective_on), items
    }
}

fn mediating() -> Dispute {
    let dispute = take(&applied(), "2026-11-03", Step::Accept { consents: BOTH.to_vec() }).unwrap();
    let dispute = take(&dispute, "2026-11-03", propose()).unwrap();
    let dispute = take(&dispute, "2026-11-03", Step::Assent { side: DisputeSide::One }).unwrap();
    take(&dispute, "2026-11-04", Step::Assent { side: DisputeSide::Other }).unwrap()
}

fn code(result: Result<Dispute>) -> Code {
    let error = result.unwrap_err();
    error.fields().first().map_or(error.code(), |field| field.code)
}

#[test]
fn nobody_is_made_to_mediate() {
    for consents in [vec![], vec![DisputeSide::One], vec![DisputeSide::Other, DisputeSide::Other]] {
        assert_eq!(code(take(&applied(), "2026-11-03", Step::Accept { consents })), Code::ConsentNeeded);
    }
    let taken = take(&applied(), "2026-11-03", Step::Accept { consents: BOTH.to_vec() }).unwrap();
    assert_eq!((taken.state, taken.accepted_on), (DisputeState::Choosing, Some(day("2026-11-03"))));
    assert_eq!(taken.due_at, Some(close(day("2026-12-03"))), "thirty days from acceptance");
}

#[test]
fn an_administrative_decision_takes_five_working_days_or_ten() {
    assert_eq!(applied().due_at, Some(close(day("2026-11-09"))));
    let longer = take(&applied(), "2026-11-05", Step::Prolong { words: "需要鉴定".into() }).unwrap();
    assert_eq!(longer.due_at, Some(close(day("2026-11-16"))));
    assert_eq!(code(take(&longer, "2026-11-05", Step::Prolong { words: "again".into() })), Code::DisputeStep);
}

#[test]
fn a_mediator_is_one_only_when_both_sides_agree_and_may_be_replaced() {
    let chosen = take(&applied(), "2026-11-03", Step::Accept { consents: BOTH.to_vec() }).unwrap();
    let near = Step::Propose { mediator: kernel::Id::from_uuid(uuid::Uuid::max()), declared: false };
    assert_eq!(code(take(&chosen, "2026-11-03", near)), Code::DeclarationNeeded);
    let proposed = take(&chosen, "2026-11-03", propose()).unwrap();
    let half = take(&proposed, "2026-11-03", Step::Assent { side: DisputeSide::One }).unwrap();
    assert_eq!(half.state, DisputeState::Choosing);
    assert_eq!(code(take(&half, "2026-11-03", Step::Assent { side: DisputeSide::One })), Code::Duplicate);
    let decline = Step::Decline { side: Some(DisputeSide::Other), words: None };
    let again = take(&half, "2026-11-03", decline).unwrap();
    assert_eq!((again.mediator, again.one_agreed), (None, false));
    let mediating = mediating();
    assert_eq!(mediating.state, DisputeState::Mediating);
    let replaced =
        take_as(&mediating, "2026-11-05", Step::Decline { side: None, words: None }, Hand::Mediator).unwrap();
    assert_eq!((replaced.state, replaced.due_at), (DisputeState::Choosing, mediating.due_at), "the period runs on");
}

#[test]
fn the_period_is_longer_only_when_both_sides_want_it() {
    let extend = |until: &str, consents: &[DisputeSide]| Step::Extend {
        until: day(until),
        consents: consents.to_vec(),
        words: None,
    };
    assert_eq!(code(take(&mediating(), "2026-11-20", extend("2026-12-20", &BOTH[..1]))), Code::ConsentNeeded);
    assert_eq!(code(take(&mediating(), "2026-11-20", extend("2026-12-01", &BOTH))), Code::DisputeNoLonger);
    let longer = take(&mediating(), "2026-11-20", extend("2026-12-20", &BOTH)).unwrap();
    assert_eq!(longer.due_at, Some(close(day("2026-12-20"))));
}

#[test]
fn an_agreement_is_looked_after_and_confirmed_within_thirty_days() {
    let agreed = take(&mediating(), "2026-11-10", agree("2026-11-10")).unwrap();
    assert_eq!(agreed.due_at, Some(close(day("2026-11-12"))), "the first item that is open");
    let by = agreed.agreement.as_ref().unwrap().confirm_by.clone();
    assert_eq!(by.due_at, close(day("2026-12-10")));
    let ask = |on: &str, consents: &[DisputeSide]| Step::ApplyConfirmation { on: day(on), consents: consents.to_vec() };
    assert_eq!(code(take(&agreed, "2026-11-11", ask("2026-11-11", &BOTH[..1]))), Code::ConsentNeeded, "joint");
    assert_eq!(code(take(&agreed, "2026-12-11", ask("2026-12-10", &BOTH))), Code::ConfirmationOver);
    let asked = take(&agreed, "2026-12-10", ask("2026-12-10", &BOTH)).unwrap();
    let early = Step::Grant { on: day("2026-12-09"), number: "(2026)晋0403司确1号".into() };
    assert_eq!(code(take(&asked, "2026-12-15", early)), Code::OutOfRange);
    let granted = Step::Grant { on: day("2026-12-15"), number: "(2026)晋0403司确1号".into() };
    assert_eq!(take(&asked, "2026-12-15", granted).unwrap().confirmation, Confirmation::Granted);

    assert_eq!(code(take(&agreed, "2026-11-21", Step::Finish {})), Code::DisputeItemsOpen);
    let keep = |item, kept| Step::Perform { item, kept, words: Some("见回访".into()) };
    let one = take(&agreed, "2026-11-12", keep(1, true)).unwrap();
    assert_eq!(one.due_at, Some(close(day("2026-11-20"))));
    assert_eq!(code(take(&one, "2026-11-12", keep(2, true))), Code::UnknownValue);
    let two = take(&one, "2026-11-20", keep(0, false)).unwrap();
    assert_eq!(two.due_at, Some(close(day("2026-11-20"))), "what was broken stays due");
    assert_eq!(code(take(&two, "2026-11-20", Step::Finish {})), Code::DisputeNotVisited);
    let visited = take(&two, "2026-11-21", Step::Visit { on: day("2026-11-21"), words: "还没修".into() }).unwrap();
    let over = take(&visited, "2026-11-21", Step::Finish {}).unwrap();
    assert_eq!((over.state, over.performance, over.due_at), (DisputeState::Over, Performance::Broken, None));
    assert_eq!(over.confirmation, Confirmation::Open, "the court may still be asked");
}

#[test]
fn who_finds_no_agreement_is_told_the_next_way() {
    let fail = |words: &str| Step::Fail { way: NextWay::Court, words: words.into() };
    assert_eq!(code(take(&mediating(), "2026-11-20", fail(" "))), Code::Required);
    let over = take_as(&mediating(), "2026-11-20", fail("差距太大"), Hand::Mediator).unwrap();
    assert_eq!(over.outcome, Some(DisputeOutcome::NoAgreement));
    assert_eq!(over.ending.unwrap().way, Some(NextWay::Court));
}

#[test]
fn the_mediator_decides_neither_acceptance_nor_who_mediates() {
    for step in [Step::Accept { consents: BOTH.to_vec() }, Step::Transfer { to: "x".into(), number: None, words: None }]
    {
        assert_eq!(code(take_as(&applied(), "2026-11-03", step, Hand::Mediator)), Code::Forbidden);
    }
}

#[test]
fn a_hearing_lies_ahead_and_is_no_longer_than_a_day_of_work() {
    let (now, hour) = (at("2026-11-16"), 3_600_000);
    let from = |hours: i64| Instant::from_millis(now.millis() + hours * hour);
    assert!(check_time(from(1), from(3), now).is_ok());
    assert_eq!(check_time(from(-1), from(1), now).unwrap_err().fields()[0].code, Code::HearingPast);
    for end in [1, 0, 10] {
        assert_eq!(check_time(from(1), from(end), now).unwrap_err().fields()[0].code, Code::HearingLength);
    }
}

fn any_step() -> impl Strategy<Value = Step> {
    let (on, words) = (day("2026-11-20"), || "说明".to_owned());
    prop_oneof![
        Just(Step::Accept { consents: BOTH.to_vec() }),
        Just(Step::Transfer { to: "区法院".into(), number: None, words: None }),
        Just(propose()),
        Just(Step::Assent { side: DisputeSide::One }),
        Just(Step::Assent { side: DisputeSide::Other }),
        Just(Step::Decline { side: None, words: None }),
        Just(agree("2026-11-20")),
        Just(Step::Fail { way: NextWay::Court, words: words() }),
        Just(Step::Withdraw { words: words() }),
        (0_i64..3, any::<bool>()).prop_map(|(item, kept)| Step::Perform { item, kept, words: Some("x".into()) }),
        Just(Step::Visit { on, words: words() }),
        Just(Step::ApplyConfirmation { on, consents: BOTH.to_vec() }),
        Just(Step::Grant { on, number: "1".into() }),
        Just(Step::Finish {}),
    ]
}

proptest! {
    /// Whatever is tried in whatever order: what is over stays over, an outcome is never without an end, an agreement never
    /// without the consent of both to their mediator, and nothing is confirmed that was not agreed.
    #[test]
    fn whatever_is_tried_a_dispute_stays_sound(steps in prop::collection::vec(any_step(), 0..25)) {
        let mut dispute = applied();
        for step in steps {
            let Ok(new) = take(&dispute, "2026-11-20", step) else { continue };
            if dispute.state == DisputeState::Over {
                prop_assert_eq!(new.state, DisputeState::Over);
                prop_assert_eq!(new.outcome, dispute.outcome);
            }
            dispute = new;
            let has_agreement = dispute.agreement.is_some();
            prop_assert_eq!(dispute.outcome == Some(DisputeOutcome::Agreement), has_agreement);
            prop_assert_eq!(dispute.confirmation != Confirmation::None, has_agreement);
            prop_assert_eq!(dispute.ended_at.is_some(), dispute.state == DisputeState::Over);
            if has_agreement || dispute.state == DisputeState::Mediating {
                prop_assert!(dispute.mediator.is_some() && dispute.one_agreed && dispute.other_agreed);
            }
        }
    }

    #[test]
    fn spans_that_overlap_do_so_both_ways(a in 0_i64..50, b in 1_i64..50, c in 0_i64..50, d in 1_i64..50) {
        let span = |from: i64, long: i64| (Instant::from_millis(from), Instant::from_millis(from + long));
        let (one, other) = (span(a, b), span(c, d));
        prop_assert_eq!(overlaps(one, other), overlaps(other, one));
        prop_assert_eq!(overlaps(one, other), (a..a + b).any(|at| (c..c + d).contains(&at)));
    }
}
