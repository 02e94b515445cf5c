//! The three lists as files: their columns, and a row's cells.

use kernel::{Lang, Names, Result};

use super::{
    super::store::{NeedFilter, ProjectFilter, RegistrationFilter},
    needs::{NeedView, needs},
    projects::{ProjectView, projects},
    registrations::{RegistrationView, registrations},
};
use crate::{
    modules::SharedApp,
    platform::{
        access::Actor,
        book::{self, Cell, Column, Rows},
    },
};

/// Which of the three lists 三张清单 goes out as a file.
#[derive(Clone, Debug)]
pub(in super::super) enum Sheet {
    /// 资源
    Registrations(RegistrationFilter),
    /// 需求
    Needs(NeedFilter),
    /// 项目
    Projects(ProjectFilter),
}

impl Sheet {
    /// What the sheet is called.
    pub(in super::super) fn title(&self) -> Names {
        match self {
            Self::Registrations(_) => Names::new("资源清单", "Registered"),
            Self::Needs(_) => Names::new("需求清单", "Needs"),
            Self::Projects(_) => Names::new("项目清单", "Projects"),
        }
    }

    /// Its columns.
    pub(in super::super) fn columns(&self, lang: Lang) -> Vec<Column> {
        match self {
            Self::Registrations(_) => book::columns(
                lang,
                [
                    ("社区", "Community", 18),
                    ("谁", "Who", 24),
                    ("种类", "Kind", 12),
                    ("能提供什么", "Offers", 30),
                    ("什么时候有空", "Free", 18),
                    ("状态", "State", 12),
                    ("报到日期", "Since", 12),
                ],
            ),
            Self::Needs(_) => book::columns(
                lang,
                [
                    ("社区", "Community", 18),
                    ("需求", "Need", 30),
                    ("种类", "Kind", 14),
                    ("说明", "In more words", 40),
                    ("希望日期", "By", 12),
                    ("状态", "State", 12),
                    ("发布日期", "Published", 12),
                ],
            ),
            Self::Projects(_) => book::columns(
                lang,
                [
                    ("社区", "Community", 18),
                    ("项目", "Project", 30),
                    ("谁来做", "Who", 24),
                    ("承诺", "Promise", 30),
                    ("约定日期", "Due", 12),
                    ("状态", "State", 16),
                    ("做了什么", "Result", 30),
                    ("社区的评价", "The community's word", 30),
                ],
            ),
        }
    }
}

/// Hands a list over in batches of rows.
pub(in super::super) async fn batches(
    app: SharedApp,
    (actor, of): (Actor, Sheet),
    lang: Lang,
    out: Rows,
) -> Result<()> {
    book::by_pages(out, |page| {
        let (app, actor, of) = (&app, &actor, &of);
        async move {
            let mut db = app.db.read().await?;
            Ok(match of {
                Sheet::Registrations(filter) => {
                    let listing = registrations(&mut db, app, actor, filter, &page).await?;
                    (listing.rows.iter().map(|row| registration_cells(row, lang)).collect(), listing.next)
                }
                Sheet::Needs(filter) => {
                    let listing = needs(&mut db, app, actor, filter, &page).await?;
                    (listing.rows.iter().map(|row| need_cells(row, lang)).collect(), listing.next)
                }
                Sheet::Projects(filter) => {
                    let listing = projects(&mut db, app, actor, filter, &page).await?;
                    (listing.rows.iter().map(|row| project_cells(row, lang)).collect(), listing.next)
                }
            })
        }
    })
    .await
}

fn registration_cells(row: &RegistrationView, lang: Lang) -> Vec<Cell> {
    let offers: Vec<&str> = row.offers.iter().map(|offer| offer.names.in_lang(lang)).collect();
    vec![
        Cell::called(Some(&row.region.names), lang),
        Cell::Text(row.name.clone()),
        Cell::called(Some(&row.kind.names()), lang),
        Cell::Text(offers.join("、")),
        Cell::words(row.free.as_ref()),
        Cell::called(Some(&row.state.names()), lang),
        Cell::Day(Some(row.registered_on)),
    ]
}

fn need_cells(row: &NeedView, lang: Lang) -> Vec<Cell> {
    vec![
        Cell::called(Some(&row.region.names), lang),
        Cell::Text(row.title.clone()),
        Cell::called(Some(&row.kind.names), lang),
        Cell::Text(row.words.clone()),
        Cell::Day(row.by_on),
        Cell::called(Some(&row.state.names()), lang),
        Cell::Day(Some(row.published_on)),
    ]
}

fn project_cells(row: &ProjectView, lang: Lang) -> Vec<Cell> {
    vec![
        Cell::called(Some(&row.region.names), lang),
        Cell::Text(row.title.clone()),
        Cell::Text(row.name.clone()),
        Cell::Text(row.promise.clone()),
        Cell::Day(Some(row.due_on)),
        Cell::called(Some(&row.state.names()), lang),
        Cell::words(row.result.as_ref()),
        Cell::words(row.word.as_ref()),
    ]
}
