//! What the workbook consists of. The template, the reading and the instructions all come from this one table.

use kernel::Lang;

/// One table of the workbook.
#[derive(Debug)]
pub struct SheetDef {
    /// Its name in code and answers.
    pub key: &'static str,
    /// Its tab, in Chinese and in English.
    pub name: [&'static str; 2],
    /// What it is for.
    pub about: [&'static str; 2],
    /// Its columns, in the order they are shown.
    pub columns: &'static [Column],
}

/// One column.
#[derive(Debug)]
pub struct Column {
    /// Its name in code; the same as in the CSV files.
    pub key: &'static str,
    /// Its heading.
    pub name: [&'static str; 2],
    /// What to write.
    pub help: [&'static str; 2],
    /// An example.
    pub example: [&'static str; 2],
    /// Whether it may not be empty.
    pub needed: bool,
    /// What may be chosen.
    pub choices: Choices,
}

/// Lists a cell may be chosen from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choices {
    /// Anything.
    Free,
    /// The duties of the catalogue.
    Duties,
    /// Roles.
    Roles,
    /// Ordinary or dedicated grid.
    GridKinds,
}

/// In a language.
pub fn said(texts: &[&'static str; 2], lang: Lang) -> &'static str {
    if lang == Lang::Zh { texts[0] } else { texts[1] }
}

const fn column(
    key: &'static str,
    name: [&'static str; 2],
    help: [&'static str; 2],
    example: [&'static str; 2],
    needed: bool,
) -> Column {
    Column { key, name, help, example, needed, choices: Choices::Free }
}

const fn chosen(choices: Choices, mut column: Column) -> Column {
    column.choices = choices;
    column
}

const PLACE_HELP: [&str; 2] = [
    "代码，或名称；同名时写成“上级/名称”，例如 东街街道/演武社区",
    "its code or its name; where two have the same name, \"above/name\"",
];

const UNIT: Column = column(
    "unit",
    ["单位", "Unit"],
    ["所在单位的编号或名称；部门经办人必填", "the number or name of the unit; needed for department handlers"],
    ["城区路灯管理所", "Street Lamp Office"],
    false,
);

const NAME: Column = column("name_zh", ["名称", "Name"], ["全称", "the full name"], ["第一网格", "第一网格"], true);

/// The sheets, in the order in which they are brought in: what is named later may be defined earlier.
pub const SHEETS: [SheetDef; 6] = [
    SheetDef {
        key: "grids",
        name: ["网格", "Grids"],
        about: [
            "每行一个网格。网格长、网格员填写“人员”表里的用户名或姓名，多人用顿号分开。",
            "One grid a line. Leaders and workers are named by log-in name or name as on the staff sheet, with commas between.",
        ],
        columns: &[
            column("village", ["村（社区）", "Village"], PLACE_HELP, ["演武社区", "演武社区"], true),
            NAME,
            column(
                "code",
                ["编号", "Code"],
                [
                    "村内三位编号（001–799）；不填时按名称查找，没有的自动编号",
                    "three digits within the village (001 to 799); left empty, the grid is found by its name or numbered",
                ],
                ["001", "001"],
                false,
            ),
            chosen(
                Choices::GridKinds,
                column(
                    "kind",
                    ["类型", "Kind"],
                    [
                        "普通网格，或专属网格（学校、市场、企业）",
                        "ordinary, or dedicated (a school, a market, a works)",
                    ],
                    ["普通网格", "ordinary grid"],
                    false,
                ),
            ),
            column(
                "leaders",
                ["网格长", "Leader"],
                ["用户名或姓名", "log-in name or name"],
                ["李建国", "lijianguo"],
                false,
            ),
            column(
                "workers",
                ["网格员", "Workers"],
                ["用户名或姓名，多人用顿号分开", "log-in names or names, commas between"],
                ["王丽华、李晓燕", "wanglihua, lixiaoyan"],
                false,
            ),
        ],
    },
    SheetDef {
        key: "groups",
        name: ["村民小组", "Groups"],
        about: [
            "每行一个村（居）民小组。小组拥有土地、议事决定，与网格并列，不在网格之内。",
            "One villagers' group a line. Groups own land and decide; they stand beside the grids, not in them.",
        ],
        columns: &[
            column("village", ["村（社区）", "Village"], PLACE_HELP, ["南街村", "南街村"], true),
            column("name_zh", ["名称", "Name"], ["全称", "the full name"], ["第一村民小组", "第一村民小组"], true),
            column(
                "code",
                ["编号", "Code"],
                [
                    "村内三位编号（801–999）；不填时按名称查找，没有的自动编号",
                    "three digits within the village (801 to 999); left empty, the group is found by its name or numbered",
                ],
                ["801", "801"],
                false,
            ),
            column(
                "leaders",
                ["组长", "Leader"],
                ["用户名或姓名", "log-in name or name"],
                ["赵国强", "zhaoguoqiang"],
                false,
            ),
        ],
    },
    SheetDef {
        key: "units",
        name: ["单位", "Units"],
        about: ["每行一个单位：它为哪个地方、承担什么职责。", "One unit a line: which duty it has for which place."],
        columns: &[
            column("name_zh", ["名称", "Name"], ["全称", "the full name"], ["城区路灯管理所", "城区路灯管理所"], true),
            chosen(
                Choices::Duties,
                column(
                    "duty",
                    ["职责", "Duty"],
                    ["从目录的职责中选", "one of the catalogue's duties"],
                    ["城市管理", "Urban management"],
                    true,
                ),
            ),
            column("region", ["服务的地方", "Place"], PLACE_HELP, ["潞州区", "潞州区"], true),
            column(
                "id_hint",
                ["编号", "Code"],
                [
                    "再次导入时按编号认出同一个单位；不填时按地方和名称认",
                    "by which the unit is known again; left empty, it is known by place and name",
                ],
                ["140403-lamps", "140403-lamps"],
                false,
            ),
            column(
                "parent",
                ["上级单位", "Above"],
                ["编号或名称", "code or name"],
                ["潞州区城市管理局", "潞州区城市管理局"],
                false,
            ),
            column(
                "phone",
                ["电话", "Telephone"],
                ["办公电话", "an office telephone"],
                ["0355-0000101", "0355-0000101"],
                false,
            ),
            column(
                "name_en",
                ["英文名称", "English name"],
                ["可不填", "may be empty"],
                ["Street Lamp Office", "Street Lamp Office"],
                false,
            ),
        ],
    },
    SheetDef {
        key: "party",
        name: ["党组织", "Party organisations"],
        about: [
            "每行一个基层党组织：设在哪个乡镇、村（社区）或网格，书记是谁。",
            "One grassroots Party organisation a line: where it is and who is its secretary.",
        ],
        columns: &[
            column("name_zh", ["名称", "Name"], ["全称", "the full name"], ["演武社区党总支", "演武社区党总支"], true),
            column("region", ["所在地方", "Place"], PLACE_HELP, ["演武社区", "演武社区"], true),
            column(
                "id_hint",
                ["编号", "Code"],
                ["不填时按地方和名称认", "left empty, it is known by place and name"],
                ["", ""],
                false,
            ),
            column(
                "parent",
                ["上级党组织", "Above"],
                ["编号或名称", "code or name"],
                ["英雄南路街道党工委", "英雄南路街道党工委"],
                false,
            ),
            column(
                "secretary",
                ["书记", "Secretary"],
                ["用户名或姓名", "log-in name or name"],
                ["张建军", "zhangjianjun"],
                false,
            ),
            column("phone", ["电话", "Telephone"], ["办公电话", "an office telephone"], ["", ""], false),
        ],
    },
    SheetDef {
        key: "staff",
        name: ["人员", "Staff"],
        about: [
            "每行一个人的一个岗位；一人多岗写多行。网格长、网格员、组长、书记、包联干部的岗位也可以只写在各自的表里，但人要在这里有一行。",
            "One post of one person a line; who has two posts has two lines. Leaders, workers, secretaries and linked cadres \
             get those posts from their own sheets, but each of them has a line here.",
        ],
        columns: &[
            column("name", ["姓名", "Name"], ["", ""], ["王丽华", "王丽华"], true),
            column(
                "login",
                ["用户名", "Log-in name"],
                [
                    "小写字母和数字；不填时用姓名的拼音，重名时加手机尾号",
                    "small letters and digits; left empty, it is made from the name",
                ],
                ["wanglihua", "wanglihua"],
                false,
            ),
            column(
                "phone",
                ["工作电话", "Telephone"],
                ["手机或座机", "mobile or office"],
                ["13900000001", "13900000001"],
                false,
            ),
            chosen(
                Choices::Roles,
                column(
                    "role",
                    ["岗位", "Post"],
                    [
                        "从列表中选；岗位只在别的表里时不填",
                        "from the list; empty when the post stands on another sheet",
                    ],
                    ["网格员", "Grid worker"],
                    false,
                ),
            ),
            column("region", ["地方", "Place"], PLACE_HELP, ["演武社区/第一网格", "演武社区/第一网格"], true),
            UNIT,
        ],
    },
    SheetDef {
        key: "links",
        name: ["包联", "Linked cadres"],
        about: [
            "每行一名干部联系的一个地方（乡镇、村、小组或网格）。",
            "One cadre and one place they are linked to (a township, a village, a group or a grid) a line.",
        ],
        columns: &[
            column(
                "person",
                ["干部", "Cadre"],
                ["用户名或姓名", "log-in name or name"],
                ["刘志强", "liuzhiqiang"],
                true,
            ),
            column("region", ["联系的地方", "Place"], PLACE_HELP, ["南街村", "南街村"], true),
        ],
    },
];

/// The sheet of a tab's name, in either language or by its key.
pub fn sheet(name: &str) -> Option<&'static SheetDef> {
    let name = name.trim();
    SHEETS.iter().find(|sheet| sheet.key == name || sheet.name.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

impl SheetDef {
    /// The column of a heading, in either language or by its key; a star marks what is needed and means nothing here.
    pub fn column(&self, heading: &str) -> Option<&'static Column> {
        let heading = heading.trim().trim_end_matches(['*', '＊']).trim_end();
        let is_named = |column: &&Column| {
            column.key == heading || column.name.iter().any(|known| known.eq_ignore_ascii_case(heading))
        };
        self.columns.iter().find(is_named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sheet_and_column_is_found_by_its_names() {
        for known in &SHEETS {
            for name in known.name {
                assert_eq!(sheet(name).map(|found| found.key), Some(known.key));
            }
            for column in known.columns {
                for name in column.name {
                    let found = known.column(&format!("{name} *")).map(|found| found.key);
                    assert_eq!(found, Some(column.key), "{} {name}", known.key);
                }
            }
        }
    }
}
