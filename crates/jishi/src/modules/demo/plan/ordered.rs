//! Stories that begin with an order of the hotline.

use kernel::Instant;

use super::{Input, LATE, Planned, Story, finish};
use crate::modules::demo::{
    corpus::{Filling, Side},
    deeds::Deed,
    dice::Dice,
    orders::OrderRow,
    rhythm,
    stories::Thread,
};

/// The story of an order of the hotline.
pub(super) fn order(input: &Input<'_>, index: usize, row: OrderRow) -> Option<Planned> {
    let dice = Dice::new(input.seed, &format!("order {index}"));
    let matter = row.matter.clone().filter(|matter| input.corpus.of(matter).is_some());
    let brought = rhythm::office(row.at.plus_seconds(dice.between(600, 7_200)), &input.zone, input.is_working);
    let first = (brought, Deed::Order(row.line));
    let Some(words) = matter.and_then(|matter| input.corpus.of(&matter)) else {
        return Some(by_phone(input, row, first, &dice));
    };
    let side = if dice.percent(50) { Side::Urban } else { Side::Rural };
    let filling =
        Filling::new(&input.corpus.common, side, false, Dice::new(input.seed, &format!("order slots {index}")));
    let story = if dice.percent(70) { Story::Confirmed } else { Story::Unverified };
    let is_late = dice.percent(LATE);
    let mut thread = Thread::new(input, dice, words, filling, first, row.text);
    let is_question = input.traits.get(&words.matter).is_some_and(|traits| traits.is_question);
    if !(is_question && thread.answered()) {
        thread.handled(story, is_late, false);
    }
    Some(finish(input, story, &row.place, words, is_late, thread.deeds))
}

/// An order that no matter of the catalogue fits: the desk telephones.
fn by_phone(input: &Input<'_>, row: OrderRow, first: (Instant, Deed), dice: &Dice) -> Planned {
    let at = rhythm::office(first.0.plus_seconds(dice.between(1_200, 14_400)), &input.zone, input.is_working);
    let text = dice.pick(&input.corpus.common.desk.by_phone).cloned().unwrap_or_default();
    let mut deeds = vec![first, (at, Deed::Answer(text))];
    deeds.retain(|(at, _)| *at < input.now);
    Planned { story: Story::Answered, place: row.place, matter: None, summary: None, is_late: false, deeds }
}
