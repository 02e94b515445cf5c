//! 为什么列为课题: the rule and its numbers, in a sentence.

use kernel::{Lang, Names};

use crate::modules::{
    App,
    recurrence::model::{Topic, Why},
    regions::RegionRef,
    register::{self, ItemRef},
};

/// How many cases, of what, where, within how many days, and how many it takes.
pub(super) fn sentence(app: &App, topic: &Topic, village: Option<&RegionRef>, item: Option<&ItemRef>) -> Names {
    let limits = app.limits.get();
    let held = if topic.cluster.item.is_some() { limits.of_item() } else { limits.of_matter(&topic.cluster.matter) };
    let about = match item {
        Some(item) => register::label(item),
        None => app.matters.catalogue().matter_ref(&topic.cluster.matter, &topic.cluster.village).names,
    };
    let place = |lang| village.map(|place| place.names.in_lang(lang).to_owned()).unwrap_or_default();
    let (zh, en) = (about.in_lang(Lang::Zh), about.in_lang(Lang::En));
    let on = topic.proposed_at.day(&app.settings.zone);
    let Some(Why { cases, needed, days }) = topic.why else {
        // Proposed before the numbers were written down: the rule of today.
        return Names::new(
            format!("{}“{zh}”重复出现；规则：{} 天内满 {} 件列为课题", place(Lang::Zh), held.days, held.cases),
            format!(
                "\"{en}\" came again and again in {}; the rule: {} cases within {} days",
                place(Lang::En),
                held.cases,
                held.days
            ),
        );
    };
    Names::new(
        format!("到 {on} 的 {days} 天内，{}“{zh}”有 {cases} 件；满 {needed} 件列为课题", place(Lang::Zh)),
        format!(
            "In the {days} days up to {on} there were {cases} cases of \"{en}\" in {}; {needed} make it a topic",
            place(Lang::En)
        ),
    )
}
