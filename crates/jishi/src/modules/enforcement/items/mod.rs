//! 赋权事项: what a township may punish, by which statute and delegated by which document. Text of the catalogue
//! (`catalog/enforcement/`), because each province and county delegates its own (行政处罚法 §24); public (§39).

mod file;
mod shelf;

pub use file::{Delegated, KIND, packaged, parse, position};
pub use shelf::{Items, Shelf};

use kernel::{Day, Names, RegionCode};
use serde::{Deserialize, Serialize};

use super::model::KeptItem;
use crate::platform::words::words;

words! {
    /// 适用程序 (行政处罚法 §51、§54)
    Procedure {
        Ordinary "ordinary" "普通程序" "ordinary procedure";
        Simple "simple" "简易程序" "simple procedure";
        Either "either" "简易或普通程序" "simple or ordinary procedure";
    }
}

/// 大类
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DelegatedClass)]
pub struct Class {
    /// Its code, e.g. `streets`.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// A statute with an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = DelegatedBasis)]
pub struct Basis {
    /// The statute.
    pub title: String,
    /// The article.
    pub article: String,
}

impl Basis {
    /// 《…》第…条
    pub fn cited(&self) -> String {
        format!("《{}》{}", self.title, self.article)
    }
}

/// 救济与缴款: whom a party of a county turns to against a decision, and where it pays; a decision names them (行政处罚法 §59, §67).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EnforcementRemedy)]
pub struct Remedy {
    /// The county.
    pub county: RegionCode,
    /// 行政复议机关: the government that reviews what its townships decide (行政复议法 §24).
    pub review: Names,
    /// The court.
    pub court: Names,
    /// The bank that takes fines (行政处罚法 §67).
    pub bank: Names,
}

/// 赋权事项
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DelegatedItem)]
pub struct DelegatedItem {
    /// `class.item`, never changed.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// What is forbidden.
    pub basis: Basis,
    /// How it is punished.
    pub penalty_basis: Basis,
    /// 赋权文件: the document that delegates it.
    pub document: String,
    /// Of which day.
    pub document_date: Day,
    /// The first day it is delegated.
    pub from: Day,
    /// The first day it is no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// By which procedure.
    pub procedure: Procedure,
    /// 处罚幅度, in words.
    pub range: Names,
    /// Fields that are not confirmed.
    pub unsure: Vec<String>,
}

impl DelegatedItem {
    /// Whether it is delegated on a day.
    pub fn is_in_force(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// As a case keeps it.
    pub fn kept(&self) -> KeptItem {
        KeptItem {
            code: self.code.clone(),
            names: self.names.clone(),
            basis: self.basis.cited(),
            penalty_basis: self.penalty_basis.cited(),
            document: self.document.clone(),
            document_date: self.document_date,
        }
    }
}
