//! Tests of the rules, by table and by property.

use jiff::{civil::Time, tz::TimeZone};
use kernel::{Chance, Code, Id, Instant, Names, RegionCode};
use proptest::prelude::*;

use super::{process::missing_papers, *};
use crate::{
    modules::{
        calendar::{self, Deadline, WorkCalendar},
        enforcement::model::{
            Annuller, Annulment, Case, CaseSource, Decision, DecisionOutcome, Delivery, DeliveryWay, Execution,
            ExecutionWay, KeptItem, Notice, Officer, Paper, PaperKind, PartyKind, Penalty, PublicityGround, Record,
            Review, Statement,
        },
    },
    platform::access::Person,
};

fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

/// A moment on the wall in Changzhi.
fn at(text: &str) -> Instant {
    let date: jiff::civil::DateTime = text.replace(' ', "T").parse().unwrap();
    zone().to_ambiguous_zoned(date).compatible().unwrap().timestamp().into()
}

/// The calendars that come with the program.
fn years() -> WorkCalendar {
    let read = |year: &str| {
        let file = format!("{}/../../catalog/calendars/cn-{year}.toml", env!("CARGO_MANIFEST_DIR"));
        calendar::parse(&file, &std::fs::read_to_string(&file).unwrap()).unwrap()
    };
    WorkCalendar::new([read("2025"), read("2026")])
}

fn reckon(limit: Limit, start: Instant) -> Deadline {
    calendar::deadline(start, limit.as_time(), &years(), Time::constant(18, 0, 0, 0), &zone())
}

fn person(n: u8) -> Id<Person> {
    Id::from_uuid(uuid::Uuid::from_bytes([n; 16]))
}

fn officer(n: u8) -> Officer {
    Officer { person: person(n), certificate: format!("晋D0100{n}") }
}

/// A case of officers 1 and 2, in a state, with everything that was laid down before it.
fn case(status: CaseStatus) -> Case {
    let filed_at = at("2026-03-02 09:00");
    let notice = Notice {
        at: filed_at,
        by: person(1),
        facts: "占道经营".into(),
        penalties: vec![Penalty::Fine, Penalty::Warning],
        fine_fen: 50_000,
        hearing: false,
        until: reckon(statement_limit(false), filed_at),
    };
    let review = Review { at: filed_at, by: person(3), passes: true, words: "同意".into() };
    let decision = Decision {
        at: at("2026-03-10 09:00"),
        by: person(4),
        number: "某街道罚决字〔2026〕第1号".into(),
        outcome: DecisionOutcome::Penalty,
        penalties: vec![Penalty::Fine],
        fine_fen: 20_000,
        words: "情节较轻".into(),
        discussion: None,
        publicity: PublicityGround::None,
        remedy: None,
    };
    let on = "2026-03-11".parse().unwrap();
    let delivery = Delivery {
        at: at("2026-03-11 09:00"),
        by: person(1),
        on,
        way: DeliveryWay::Direct,
        until: Some(reckon(Term::Perform.limit(), at("2026-03-11 00:00"))),
        words: String::new(),
    };
    let past = |reached: &[CaseStatus]| reached.contains(&status);
    use CaseStatus as S;
    let late = [S::Decided, S::Delivered, S::Court, S::Closed];
    Case {
        id: Id::new(filed_at, &Chance::seeded(1)),
        number: "140403001-2026-A0001".into(),
        place: RegionCode::parse("140403001001").unwrap(),
        place_text: None,
        thing: None,
        kept: KeptItem {
            code: "streets.stalls".into(),
            names: Names::new("占道经营", "Stalls"),
            basis: "《某条例》第十四条".into(),
            penalty_basis: "《某条例》第三十六条".into(),
            document: "某决定".into(),
            document_date: "2024-12-20".parse().unwrap(),
        },
        officers: [officer(1), officer(2)],
        source: CaseSource::Check,
        check: None,
        report: None,
        whistle: None,
        cause: "占道经营".into(),
        party_kind: PartyKind::Person,
        party_name: None,
        filed_at,
        status,
        closed_how: None,
        closed_at: None,
        record: Record {
            notice: (status != S::Investigating).then_some(notice),
            review: past(&[S::Reviewed, S::Decided, S::Delivered, S::Court, S::Closed]).then_some(review),
            decision: past(&late).then_some(decision),
            delivery: past(&[S::Delivered, S::Court, S::Closed]).then_some(delivery),
            ..Record::default()
        },
        due_at: None,
        due_what: None,
        publicity: PublicityState::None,
        version: 1,
    }
}

fn allow(step: StepName, case: &Case, who: u8, now: &str) -> Result<(), Code> {
    let zone = zone();
    allowed(step, case, person(who), Moment { now: at(now), zone: &zone }).map_err(|error| error.code())
}

#[test]
fn the_limits_of_the_law_skip_the_spring_festival_and_count_the_make_up_saturday() {
    // In 2026 the Spring Festival is free from 15 to 23 February; Saturday 14 and 28 February are worked.
    for (limit, start, due) in [
        (Term::Deliver.limit(), "2026-02-12 10:00", "2026-02-28 18:00"),
        (Term::Withdraw.limit(), "2026-02-13 09:00", "2026-02-25 18:00"),
        (statement_limit(true), "2026-02-13 09:00", "2026-02-27 18:00"),
        (statement_limit(false), "2026-03-02 09:00", "2026-03-05 18:00"),
        (Term::Decide.limit(), "2026-03-02 09:00", "2026-06-01 18:00"),
        (Term::Perform.limit(), "2026-02-05 00:00", "2026-02-24 18:00"),
        (Term::Publish.limit(), "2026-03-02 09:00", "2026-03-11 18:00"),
    ] {
        assert_eq!(reckon(limit, at(start)).due_at, at(due), "{limit:?} from {start}");
    }
    assert!(Term::ALL.iter().all(|term| term.limit().is_sure || matches!(term, Term::Publish | Term::Refund)));
}

#[test]
fn what_is_owed_follows_what_was_done_last() {
    let zone = zone();
    let owed_in = |status, publicity| {
        let mut case = case(status);
        case.publicity = publicity;
        owed(&case, &zone).into_iter().map(|(term, _)| term).collect::<Vec<_>>()
    };
    use CaseStatus as S;
    use PublicityState as P;
    for status in [S::Investigating, S::Noticed, S::Reviewing, S::Reviewed] {
        assert_eq!(owed_in(status, P::None), [Term::Decide]);
    }
    assert_eq!(owed_in(S::Decided, P::Marked), [Term::Deliver, Term::Publish]);
    assert_eq!(owed_in(S::Delivered, P::Public), [Term::Perform]);
    assert_eq!(owed_in(S::Closed, P::None), []);
    let perform = owed(&case(S::Delivered), &zone);
    assert_eq!(perform[0].1, at("2026-03-11 00:00"), "the party's days run from the day of delivery");
}

#[test]
fn each_step_has_its_states_and_its_persons() {
    use CaseStatus as S;
    let late = "2026-05-01 12:00";
    for (step, status, who, wanted) in [
        (StepName::Paper, S::Investigating, 1, Ok(())),
        (StepName::Paper, S::Investigating, 3, Err(Code::NotCaseOfficer)),
        (StepName::Paper, S::Reviewing, 1, Err(Code::WrongStatus)),
        (StepName::Notify, S::Investigating, 2, Ok(())),
        (StepName::Submit, S::Investigating, 1, Err(Code::WrongStatus)),
        (StepName::Submit, S::Noticed, 1, Ok(())),
        (StepName::Review, S::Reviewing, 3, Ok(())),
        (StepName::Review, S::Reviewing, 2, Err(Code::OwnReview)),
        (StepName::Decide, S::Reviewing, 4, Err(Code::WrongStatus)),
        (StepName::Decide, S::Reviewed, 4, Ok(())),
        (StepName::Decide, S::Reviewed, 1, Err(Code::OwnReview)),
        (StepName::Decide, S::Reviewed, 3, Err(Code::OwnReview)),
        (StepName::Deliver, S::Decided, 1, Ok(())),
        (StepName::Deliver, S::Decided, 4, Err(Code::NotCaseOfficer)),
        (StepName::Court, S::Delivered, 1, Ok(())),
        (StepName::Perform, S::Decided, 1, Err(Code::WrongStatus)),
        (StepName::Publish, S::Closed, 3, Err(Code::NoPublicity)),
        (StepName::Withdraw, S::Closed, 3, Err(Code::NoPublicity)),
        (StepName::Annul, S::Closed, 3, Ok(())),
    ] {
        assert_eq!(allow(step, &case(status), who, late), wanted, "{step:?} in {status:?} by {who}");
    }
}

#[test]
fn nobody_is_decided_upon_before_being_heard() {
    let mut noticed = case(CaseStatus::Noticed);
    let says = |kind| Statement { at: at("2026-03-03 09:00"), by: person(1), kind, words: "……".into() };
    // Three working days from 2 March end on 5 March.
    for (hearing, said, now, wanted) in [
        (false, None, "2026-03-05 17:00", Err(Code::NoticeRunning)),
        (false, None, "2026-03-05 18:01", Ok(())),
        (false, Some(StatementKind::Stated), "2026-03-03 10:00", Ok(())),
        (false, Some(StatementKind::Waived), "2026-03-03 10:00", Ok(())),
        (true, Some(StatementKind::Stated), "2026-03-03 10:00", Err(Code::NoticeRunning)),
        (true, Some(StatementKind::HearingAsked), "2026-04-30 10:00", Err(Code::HearingOpen)),
        (true, Some(StatementKind::HearingHeld), "2026-03-03 10:00", Ok(())),
    ] {
        noticed.record.notice.as_mut().unwrap().hearing = hearing;
        noticed.record.statement = said.map(says);
        assert_eq!(allow(StepName::Submit, &noticed, 1, now), wanted, "{hearing} {said:?} {now}");
    }
}

#[test]
fn the_court_is_asked_only_when_the_partys_time_is_over() {
    let delivered = case(CaseStatus::Delivered);
    assert_eq!(allow(StepName::Urge, &delivered, 1, "2026-03-26 17:00"), Err(Code::NotDueYet));
    assert_eq!(allow(StepName::Urge, &delivered, 1, "2026-03-26 18:01"), Ok(()));
}

fn paper(kind: PaperKind, photos: usize, struck: bool) -> Paper {
    let at = at("2026-03-02 10:00");
    Paper {
        id: Id::new(at, &Chance::seeded(1)),
        kind,
        made_on: "2026-03-02".parse().unwrap(),
        words: "……".into(),
        photos: vec![String::from("00"); photos],
        person: person(1),
        at,
        struck: struck.then(|| "误传".to_owned()),
    }
}

#[test]
fn the_record_is_whole_before_the_review() {
    use PaperKind as K;
    for (papers, wanted) in [
        (vec![], vec![Missing::SceneRecord, Missing::StatementRecord, Missing::Photos]),
        (vec![paper(K::SceneRecord, 2, false)], vec![Missing::StatementRecord]),
        (vec![paper(K::SceneRecord, 2, true)], vec![Missing::SceneRecord, Missing::StatementRecord, Missing::Photos]),
        (vec![paper(K::SceneRecord, 0, false), paper(K::StatementRecord, 0, false)], vec![Missing::Photos]),
        (
            vec![paper(K::SceneRecord, 0, false), paper(K::StatementRecord, 0, false), paper(K::Photos, 1, false)],
            vec![],
        ),
    ] {
        assert_eq!(missing_papers(&papers), wanted);
    }
    let all = [paper(K::SceneRecord, 1, false), paper(K::StatementRecord, 0, false)];
    let lacks = |status, address, now| next(&case(status), &all, address, at(now));
    assert_eq!(lacks(CaseStatus::Investigating, Address::Known, "2026-03-02 12:00"), [Missing::Notice]);
    assert_eq!(lacks(CaseStatus::Noticed, Address::Known, "2026-03-02 12:00"), [Missing::Heard]);
    assert_eq!(lacks(CaseStatus::Noticed, Address::Known, "2026-03-09 12:00"), []);
    assert_eq!(lacks(CaseStatus::Noticed, Address::Unknown, "2026-03-09 12:00"), [Missing::Address]);
    assert_eq!(lacks(CaseStatus::Reviewed, Address::Unknown, "2026-03-09 12:00"), [Missing::Address]);
    assert_eq!(lacks(CaseStatus::Decided, Address::Unknown, "2026-03-09 12:00"), []);
    assert_eq!(complete(&[Missing::Photos, Missing::Address]).unwrap_err().code(), Code::RecordIncomplete);
}

#[test]
fn a_decision_is_no_heavier_than_what_was_told_and_says_what_it_must() {
    let noticed = case(CaseStatus::Noticed);
    let notice = noticed.record.notice.unwrap();
    let base = case(CaseStatus::Decided).record.decision.unwrap();
    let with = |change: &dyn Fn(&mut Decision)| {
        let mut decision = base.clone();
        change(&mut decision);
        decision
    };
    assert!(decide(&notice, &base).is_ok());
    assert!(decide(&notice, &with(&|it| it.fine_fen = 50_000)).is_ok());
    let code = |decision: &Decision| decide(&notice, decision).unwrap_err().code();
    let heavier = |decision: &Decision| {
        let refused = decide(&notice, decision).unwrap_err();
        (refused.fields()[0].field.clone(), refused.fields()[0].code)
    };
    assert_eq!(heavier(&with(&|it| it.fine_fen = 50_001)), ("fine_fen".into(), Code::HeavierThanTold));
    let suspended = with(&|it| it.penalties.push(Penalty::Suspension));
    assert_eq!(heavier(&suspended), ("penalties".into(), Code::HeavierThanTold));
    assert_eq!(code(&with(&|it| it.fine_fen = 0)), Code::Invalid);
    assert_eq!(code(&with(&|it| it.penalties.clear())), Code::Invalid);
    assert_eq!(code(&with(&|it| it.outcome = DecisionOutcome::NoPenalty)), Code::Invalid);
    let spared = with(&|it| {
        it.outcome = DecisionOutcome::NoPenalty;
        it.penalties.clear();
        it.fine_fen = 0;
    });
    assert!(decide(&notice, &spared).is_ok());
    assert!(closes_when_delivered(&spared) && !closes_when_delivered(&base));
    let grave = Notice { hearing: true, ..notice.clone() };
    assert_eq!(decide(&grave, &base).unwrap_err().fields()[0].field, "discussion");
    assert!(decide(&grave, &with(&|it| it.discussion = Some("会议一致同意".into()))).is_ok());
}

#[test]
fn a_fine_that_is_late_grows_by_three_in_a_hundred_a_day_and_never_doubles() {
    for (fine, days, added) in
        [(20_000, 0, 0), (20_000, 1, 600), (20_000, 33, 19_800), (20_000, 34, 20_000), (20_000, 400, 20_000)]
    {
        assert_eq!(added_fine(fine, days), added, "{days} days");
    }
    assert_eq!(days_between("2026-03-26".parse().unwrap(), "2026-04-02".parse().unwrap()), 7);
    assert_eq!(days_between("2026-04-02".parse().unwrap(), "2026-03-26".parse().unwrap()), 0);
}

#[test]
fn a_certificate_is_valid_on_both_its_days() {
    let certificate = Certificate {
        person: person(1),
        number: "晋D01".into(),
        valid_from: "2026-01-01".parse().unwrap(),
        valid_until: "2026-12-31".parse().unwrap(),
        version: 1,
    };
    for (day, wanted) in [("2025-12-31", false), ("2026-01-01", true), ("2026-12-31", true), ("2027-01-01", false)] {
        assert_eq!(is_certified(Some(&certificate), day.parse().unwrap()), wanted, "{day}");
    }
    assert!(!is_certified(None, "2026-06-01".parse().unwrap()));
}

#[test]
fn the_line_of_steps_shows_what_is_done_and_what_is_now() {
    use StageState as T;
    let line = |case: &Case| stages(case).into_iter().map(|(_, state)| state).collect::<Vec<_>>();
    assert_eq!(
        line(&case(CaseStatus::Investigating)),
        [T::Done, T::Now, T::Later, T::Later, T::Later, T::Later, T::Later, T::Later]
    );
    assert_eq!(
        line(&case(CaseStatus::Decided)),
        [T::Done, T::Done, T::Done, T::Done, T::Done, T::Now, T::Later, T::Skipped]
    );
    let mut closed = case(CaseStatus::Closed);
    closed.record.execution = Some(execution(ExecutionWay::Paid));
    closed.publicity = PublicityState::Public;
    assert!(line(&closed).iter().all(|state| *state == T::Done));
}

fn execution(way: ExecutionWay) -> Execution {
    let at = at("2026-03-20 09:00");
    Execution { at, by: person(1), on: "2026-03-20".parse().unwrap(), way, added_fen: 0, words: String::new() }
}

#[test]
fn a_closed_case_shows_as_done_only_what_was_done() {
    use StageState as T;
    let ends = |case: &Case| stages(case).into_iter().map(|(_, state)| state).skip(5).collect::<Vec<_>>();
    let mut annulled = case(CaseStatus::Closed);
    let at = at("2026-03-20 09:00");
    let on = "2026-03-20".parse().unwrap();
    annulled.record.annulment =
        Some(Annulment { at, by: person(3), on, annuller: Annuller::Review, words: "撤销".into() });
    annulled.publicity = PublicityState::Withdrawn;
    assert_eq!(ends(&annulled), [T::Done, T::Dropped, T::Withdrawn]);
    annulled.publicity = PublicityState::Annulled;
    assert_eq!(ends(&annulled), [T::Done, T::Dropped, T::Now]);
    annulled.publicity = PublicityState::None;
    annulled.record.decision.as_mut().unwrap().publicity = PublicityGround::SocialImpact;
    assert_eq!(ends(&annulled), [T::Done, T::Dropped, T::Dropped], "annulled before it was public");

    let mut given_up = case(CaseStatus::Closed);
    given_up.record.execution = Some(execution(ExecutionWay::Ended));
    assert_eq!(ends(&given_up), [T::Done, T::Dropped, T::Skipped]);
    let mut warned = case(CaseStatus::Closed);
    warned.record.decision.as_mut().unwrap().penalties = vec![Penalty::Warning];
    assert_eq!(ends(&warned), [T::Done, T::Skipped, T::Skipped]);
    let mut transferred = case(CaseStatus::Closed);
    transferred.record.decision.as_mut().unwrap().outcome = DecisionOutcome::Transfer;
    transferred.record.delivery = None;
    assert_eq!(ends(&transferred), [T::Skipped; 3]);
}

#[test]
fn words_hold_no_number_and_not_the_partys_name() {
    assert_eq!(text("words", Some(" 王大明在门前摆摊 "), Some("王大明")).unwrap(), "王**在门前摆摊");
    assert_eq!(text("words", Some("电话13812345678"), None).unwrap_err().fields()[0].code, Code::PersonalInRecord);
    assert_eq!(
        public_text("words", Some("王大明在门前摆摊被处罚"), Some("王大明")).unwrap_err().fields()[0].code,
        Code::PersonalInSummary
    );
}

proptest! {
    #[test]
    fn no_step_of_officers_is_taken_by_another_and_no_officer_reviews_or_decides(
        step in 0_usize..16, status in 0_usize..8, who in 1_u8..9, days in 0_i64..200
    ) {
        let (step, status) = (StepName::ALL[step], CaseStatus::ALL[status]);
        let (case, zone) = (case(status), zone());
        let now = at("2026-03-02 09:00").plus_days(days);
        let taken = allowed(step, &case, person(who), Moment { now, zone: &zone }).is_ok();
        let is_officer = case.is_officer(person(who));
        if taken && step.is_officers() {
            prop_assert!(is_officer);
        }
        if taken && matches!(step, StepName::Review | StepName::Decide) {
            prop_assert!(!is_officer);
        }
        if taken && step == StepName::Decide {
            prop_assert!(case.record.review.as_ref().is_some_and(|review| review.passes && review.by != person(who)));
        }
        if taken && step == StepName::Submit {
            prop_assert!(is_heard(&case, now));
        }
    }

    #[test]
    fn no_check_and_no_case_stands_with_one_officer_twice(one in 1_u8..6, other in 1_u8..6) {
        let place = RegionCode::parse("140403001").unwrap();
        let day = "2026-03-02".parse().unwrap();
        let check = CheckDraft {
            place: &place,
            place_text: None,
            day,
            officers: (person(one), person(other)),
            result: crate::modules::enforcement::model::CheckResult::Clear,
            words: "未发现问题",
            mend_by: None,
        };
        prop_assert_eq!(check_check(&check, day).is_ok(), one != other);
        let case = CaseDraft {
            place: &place,
            place_text: None,
            officers: (person(one), person(other)),
            cause: "占道经营",
            party_kind: PartyKind::Person,
            party_name: "王大明",
            party_phone: None,
            party_address: None,
        };
        prop_assert_eq!(check_case(&case).is_ok(), one != other);
    }

    #[test]
    fn what_is_added_never_exceeds_the_fine(fine in 0_i64..1_000_000_000, days in -5_i64..100_000) {
        let added = added_fine(fine, days);
        prop_assert!((0..=fine).contains(&added));
    }
}
