//! The columns an order may have, and which way they go. Files name them by their keys.

/// Which way a column goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goes {
    /// Comes in with an order.
    In,
    /// Goes out with an answer.
    Out,
    /// Comes in, and goes back as it came.
    Both,
}

/// One column.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldDef {
    /// Its name in code, files and answers.
    pub key: &'static str,
    /// What it is called here, in Chinese and in English.
    pub name: [&'static str; 2],
    /// Which way it goes.
    pub goes: Goes,
    /// The longest text, in characters.
    pub max: usize,
}

impl FieldDef {
    /// Whether it comes in.
    pub fn comes_in(&self) -> bool {
        self.goes != Goes::Out
    }
}

const fn field(key: &'static str, name: [&'static str; 2], goes: Goes, max: usize) -> FieldDef {
    FieldDef { key, name, goes, max }
}

/// Longest cell that is no free text, in characters.
const SHORT: usize = 200;
/// Longest free text, in characters: what a report may have.
const LONG: usize = 2_000;

/// The columns without which an order cannot be taken in.
pub const NEEDED: [&str; 2] = ["number", "text"];

/// All columns.
pub const FIELDS: [FieldDef; 26] = [
    field("number", ["工单编号", "Number"], Goes::Both, 60),
    field("kind", ["工单类型", "Kind"], Goes::Both, SHORT),
    field("category", ["问题分类", "Category"], Goes::Both, SHORT),
    field("label", ["标签", "Label"], Goes::Both, SHORT),
    field("title", ["标题", "Title"], Goes::In, SHORT),
    field("text", ["主要内容", "Content"], Goes::In, LONG),
    field("name", ["来电人", "Caller"], Goes::In, 40),
    field("phone", ["来电人电话", "Caller's telephone"], Goes::In, 60),
    field("county", ["被反映区", "County"], Goes::Both, SHORT),
    field("township", ["被反映街乡镇", "Township"], Goes::Both, SHORT),
    field("village", ["村/社区", "Village or community"], Goes::Both, SHORT),
    field("spot", ["小区点位", "Place in words"], Goes::In, SHORT),
    field("company", ["企业名称", "Company"], Goes::In, SHORT),
    field("nature", ["工单性质", "Nature"], Goes::Both, SHORT),
    field("way", ["处理受理方式", "Way of handling"], Goes::Both, SHORT),
    field("received_at", ["创建时间", "Received"], Goes::Both, 40),
    field("case_number", ["本平台编号", "Case number here"], Goes::Out, SHORT),
    field("unit", ["承办单位", "Handling unit"], Goes::Out, SHORT),
    field("status", ["工单状态", "Status"], Goes::Out, SHORT),
    field("reply", ["回复内容", "Reply"], Goes::Out, LONG),
    field("outcome", ["办理结果", "Outcome"], Goes::Out, SHORT),
    field("done_at", ["办结时间", "Done"], Goes::Out, SHORT),
    field("called_back", ["是否有效回访", "Called back and reached"], Goes::Out, SHORT),
    field("contacted", ["是否联系", "Contacted"], Goes::Out, SHORT),
    field("solved", ["是否解决", "Solved"], Goes::Out, SHORT),
    field("satisfied", ["是否满意", "Satisfied"], Goes::Out, SHORT),
];

/// The column of a key.
pub fn field_of(key: &str) -> Option<&'static FieldDef> {
    FIELDS.iter().find(|field| field.key == key)
}
