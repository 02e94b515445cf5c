//! The list of signs as a file.

use futures::StreamExt;
use kernel::{Lang, Names, Result};
use tokio::sync::mpsc;

use super::{
    super::{
        model::Sign,
        store::{self, SignFilter},
    },
    in_lang, seen_by, views,
};
use crate::{
    modules::SharedApp,
    platform::{
        access::Actor,
        book::{Cell, Column},
    },
};

/// Rows whose names are read together.
const CHUNK: usize = 200;

/// The columns of the list.
pub fn columns(lang: Lang) -> Vec<Column> {
    let heads = [
        ("疑点", "Sign", 20),
        ("单位", "Unit", 24),
        ("县区", "County", 14),
        ("起", "From", 12),
        ("止", "To", 12),
        ("数字", "Numbers", 60),
        ("状态", "State", 18),
        ("审看意见", "What was found", 40),
        ("单位说明", "What the unit says", 40),
    ];
    let column = |(zh, en, width): (&str, &str, u16)| Column { heading: in_lang(&Names::new(zh, en), lang), width };
    heads.into_iter().map(column).collect()
}

/// Hands the list over in batches, until there are no more or nobody takes them.
pub async fn rows(
    app: SharedApp,
    actor: Actor,
    filter: SignFilter,
    lang: Lang,
    out: mpsc::Sender<Vec<Vec<Cell>>>,
) -> Result<()> {
    let mut names = app.db.read().await?;
    let signs = app.db.stream::<Sign>(store::export(&seen_by(&actor)?, &filter)).await?;
    let mut chunks = std::pin::pin!(signs.chunks(CHUNK));
    while let Some(chunk) = chunks.next().await {
        let signs: Vec<Sign> = chunk.into_iter().collect::<Result<_>>()?;
        let cells = views(&mut names, &app, &actor, &signs).await?.into_iter().map(|sign| {
            let text = |text: String| Cell::Text(text);
            vec![
                text(in_lang(&sign.names, lang)),
                text(in_lang(&sign.unit.names, lang)),
                text(in_lang(&sign.county.names, lang)),
                text(sign.from.to_string()),
                text(sign.to.to_string()),
                text(in_lang(&sign.told, lang)),
                text(in_lang(&sign.state.names(), lang)),
                text(sign.words.unwrap_or_default()),
                text(sign.answer.unwrap_or_default()),
            ]
        });
        if out.send(cells.collect()).await.is_err() {
            break;
        }
    }
    Ok(())
}
