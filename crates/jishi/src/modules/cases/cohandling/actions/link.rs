//! What a contractor does by a link: read, sign, note progress, answer. Nobody with a name does it: the trail says "by
//! link", with the address it came from.

use std::net::IpAddr;

use kernel::{Code, Error, Id, Result};

use super::{holder, note, step::answer};
use crate::{
    modules::{
        SharedApp,
        cases::{
            actions::{Step, record, required},
            cohandling::{
                actions::Words,
                model::{Share, ShareState},
                rules::{self, ShareStep},
                store,
            },
            model::TimelineRow,
            store as cases,
        },
        photos,
    },
    platform::{
        idempotency::{self, Key},
        keys::sha256,
        live::Topic,
        trail::By,
    },
};

/// A step by link.
#[derive(Clone, Debug)]
pub enum LinkStep {
    /// 签收
    Sign,
    /// 进展
    Note {
        /// What was done.
        text: String,
        /// Photos of it.
        photos: Vec<String>,
    },
    /// 答复
    Answer {
        /// What was done in the end.
        text: String,
        /// Photos of it.
        photos: Vec<String>,
    },
}

/// The share that a link opens now.
///
/// # Errors
/// `link_over` when it opens none: not known, expired, taken back.
pub async fn by_link(app: &SharedApp, token: &str) -> Result<Share> {
    let share = store::by_token_unscoped(&mut app.db.read().await?, sha256(token.as_bytes())).await?;
    rules::link_opens(&share, app.now())?;
    Ok(share)
}

/// Takes a step by link.
///
/// # Errors
/// `link_over`; `share_moved` where the share is elsewhere; field errors.
pub async fn link_step(app: &SharedApp, id: Id<Share>, step: LinkStep, address: IpAddr, key: Key) -> Result<()> {
    let step = match step {
        LinkStep::Sign => LinkStep::Sign,
        LinkStep::Note { text, photos } => LinkStep::Note { text: required("text", &text)?, photos },
        LinkStep::Answer { text, photos } => LinkStep::Answer { text: required("text", &text)?, photos },
    };
    let shared = SharedApp::clone(app);
    let by = By { address: Some(address.to_string()), ..By::nobody() };
    app.db
        .write(async move |mut tx| {
            let (app, now) = (&*shared, shared.now());
            if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
                return Ok(());
            }
            let case = store::get_unscoped(&mut tx, id).await?.case;
            let case = cases::lock_unscoped(&mut tx, case).await?;
            let mut share = store::lock(&mut tx, id).await?;
            rules::link_opens(&share, now)?;
            let named = holder(&mut tx, &share).await?;
            match step {
                LinkStep::Sign => {
                    share.state = rules::next(&share, ShareStep::Sign)?;
                    share.signed_at = Some(now);
                    note(&mut tx, app, &by, &case, ("link_signed", named), None).await?;
                }
                LinkStep::Note { text, photos } => {
                    if share.state != ShareState::Signed {
                        return Err(Error::new(Code::ShareMoved).with("state", share.state.names()));
                    }
                    let before = notes_of(&cases::timeline_of(&mut tx, case.id).await?, share.id);
                    if before >= rules::NOTES_MAX {
                        let max = i64::try_from(rules::NOTES_MAX).unwrap_or(i64::MAX);
                        return Err(Error::new(Code::TooManyNotes).with("max", max));
                    }
                    photos::attach(&mut tx, case.id, &photos).await?;
                    let step = Step::new("link_noted").params(named).text(text).photos(&photos).internal();
                    record(&mut tx, app, &by, &case, step, now).await?;
                }
                LinkStep::Answer { text, photos } => {
                    let next = rules::next(&share, ShareStep::Answer)?;
                    let words = Words { text: Some(text), photos, due: None };
                    answer(&mut tx, app, &by, (&case, &mut share), words, now).await?;
                    share.state = next;
                }
            }
            store::save(&mut tx, &share).await
        })
        .await?;
    app.live.hint(Topic::Cases);
    Ok(())
}

fn notes_of(history: &[TimelineRow], share: Id<Share>) -> usize {
    history.iter().filter(|row| row.kind == "link_noted" && rules::is_of(row, share)).count()
}
