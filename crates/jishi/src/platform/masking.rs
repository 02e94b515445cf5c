//! People type telephone numbers and names into free text: they are found, masked, and go to the vault.
//!
//! Rules, not guesses: a number is found by its form, a name only after words that announce one ("我叫", "联系人")
//! or when it is the name the person gave in the form.

/// Text with what was found in it taken out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    /// The text, masked.
    pub text: String,
    /// Telephone numbers found.
    pub phones: Vec<String>,
    /// Numbers of identity documents found.
    pub documents: Vec<String>,
    /// Names found.
    pub names: Vec<String>,
}

impl Masked {
    /// The first telephone or document that was found, as a refusal may tell it: enough to see which is meant.
    pub fn first_number(&self) -> Option<String> {
        let phone = self.phones.first().map(|phone| mask_phone(phone));
        phone.or_else(|| self.documents.first().map(|document| mask_document(document)))
    }

    /// The same; where there is no number, the first name.
    pub fn first(&self) -> Option<String> {
        self.first_number().or_else(|| self.names.first().map(|name| mask_name(name)))
    }
}

/// Words that announce a person's own name.
const ANNOUNCE: [&str; 8] = ["我叫", "我的名字是", "本人姓名", "姓名：", "姓名:", "联系人：", "联系人:", "联系人"];

/// The hundred most frequent surnames cover some 85 % of people; a name is only masked if it begins with one.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常";

/// Masks `text`; `known` is the name the person gave in the form.
pub fn mask(text: &str, known: Option<&str>) -> Masked {
    let mut masked = Masked { text: mask_numbers(text), ..Masked::default() };
    (masked.phones, masked.documents) = numbers(text);
    for name in announced(text).into_iter().chain(known.map(str::to_owned)).filter(|name| name.chars().count() >= 2) {
        if masked.text.contains(&name) && !masked.names.contains(&name) {
            masked.text = masked.text.replace(&name, &mask_name(&name));
            masked.names.push(name);
        }
    }
    masked
}

/// Words that staff write, without what is personal in them: mobile telephones, documents and announced names are masked.
/// Landlines stay, because an office tells the number of an office.
pub fn mask_words(text: &str) -> String {
    let masked = mask_kinds(text, |kind, digits| kind == Number::Document || is_mobile(digits));
    announced(text).iter().fold(masked, |text, name| text.replace(name, &mask_name(name)))
}

/// Whether digits that are a telephone are one that somebody carries with them.
fn is_mobile(digits: &str) -> bool {
    !digits.starts_with('0')
}

/// The one telephone number that `text` is, in the form in which numbers are kept; none if it is something else.
pub fn telephone(text: &str) -> Option<String> {
    let mut phones = mask(text.trim(), None).phones;
    (phones.len() == 1).then(|| phones.pop()).flatten()
}

/// `138****5678`: enough to recognise one's own number, not enough to dial it.
pub fn mask_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().collect();
    let (head, tail) = if digits.len() >= 11 { (3, 4) } else { (1, 2) };
    mask_middle(&digits, head, tail)
}

/// `张**`
pub fn mask_name(name: &str) -> String {
    mask_middle(&name.chars().collect::<Vec<_>>(), 1, 0)
}

fn mask_document(document: &str) -> String {
    mask_middle(&document.chars().collect::<Vec<_>>(), 2, 0)
}

fn mask_middle(chars: &[char], head: usize, tail: usize) -> String {
    let shown = |i: usize| i < head || i + tail >= chars.len();
    chars.iter().enumerate().map(|(i, c)| if shown(i) { *c } else { '*' }).collect()
}

/// What a run of digits is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    Phone,
    Document,
}

/// A run of digits, its separators left out, with where it begins and ends in characters.
struct Run {
    from: usize,
    to: usize,
    digits: String,
    has_gaps: bool,
}

fn runs(chars: &[char]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (i, c) in chars.iter().enumerate() {
        let digit = to_ascii_digit(*c).or_else(|| (matches!(c, 'x' | 'X')).then_some('X'));
        let Some(digit) = digit else { continue };
        match runs.last_mut() {
            // A hyphen or a space inside a number ("138-0000-0000") does not end it.
            Some(run) if run.to == i || (run.to + 1 == i && matches!(chars[i - 1], '-' | ' ' | '－')) => {
                run.has_gaps |= run.to != i;
                run.digits.push(digit);
                run.to = i + 1;
            }
            _ if digit != 'X' => runs.push(Run { from: i, to: i + 1, digits: digit.to_string(), has_gaps: false }),
            _ => {}
        }
    }
    runs
}

/// Full-width digits count too.
fn to_ascii_digit(c: char) -> Option<char> {
    c.to_digit(10).and_then(|n| char::from_digit(n, 10)).or_else(|| {
        let offset = u32::from(c).checked_sub(u32::from('０'))?;
        char::from_digit(offset, 10)
    })
}

/// Documents are written in one piece; a case number with its hyphens is not one.
fn sort(Run { digits, has_gaps, .. }: &Run) -> Option<Number> {
    let bytes = digits.as_bytes();
    match bytes.len() {
        18 if !has_gaps && bytes[..17].iter().all(u8::is_ascii_digit) => Some(Number::Document),
        _ if digits.contains('X') => None,
        11 if bytes[0] == b'1' && bytes[1] >= b'3' => Some(Number::Phone),
        10..=12 if bytes[0] == b'0' && bytes[1] != b'0' => Some(Number::Phone),
        13 if digits.starts_with("861") => Some(Number::Phone),
        _ => None,
    }
}

fn numbers(text: &str) -> (Vec<String>, Vec<String>) {
    let chars: Vec<char> = text.chars().collect();
    let (mut phones, mut documents) = (Vec::new(), Vec::new());
    for run in runs(&chars) {
        match sort(&run) {
            Some(Number::Phone) if !phones.contains(&run.digits) => phones.push(run.digits),
            Some(Number::Document) if !documents.contains(&run.digits) => documents.push(run.digits),
            _ => {}
        }
    }
    (phones, documents)
}

fn mask_numbers(text: &str) -> String {
    mask_kinds(text, |_, _| true)
}

/// Masks the numbers that are `meant`.
fn mask_kinds(text: &str, meant: impl Fn(Number, &str) -> bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    for run in runs(&chars) {
        let Some(kind) = sort(&run).filter(|kind| meant(*kind, &run.digits)) else { continue };
        out.extend(&chars[at..run.from]);
        match kind {
            Number::Phone => out.push_str(&mask_phone(&run.digits)),
            Number::Document => out.push_str(&mask_document(&run.digits)),
        }
        at = run.to;
    }
    out.extend(&chars[at..]);
    out
}

fn announced(text: &str) -> Vec<String> {
    ANNOUNCE
        .iter()
        .flat_map(|word| text.match_indices(word).map(|(at, word)| &text[at + word.len()..]))
        .filter_map(name_at)
        .collect()
}

/// Words behind which somebody else is named.
const NAMING: [&str; 6] = ["反映人", "诉求人", "投诉人", "举报人", "当事人", "户主"];
/// Surnames that more often begin another word: 反映人向社区, 当事人方面.
const RARELY_NAMES: &str = "于向常万方高任时";

/// Names of other people in a text that is to be public: behind a word that says who they are.
pub fn named_persons(text: &str) -> Vec<String> {
    let behind = NAMING.iter().flat_map(|word| text.match_indices(word).map(|(at, word)| &text[at + word.len()..]));
    behind.filter_map(name_at).filter(|name| !name.starts_with(|c| RARELY_NAMES.contains(c))).collect()
}

/// What stands behind the number of a door.
const DOORS: [&str; 5] = ["号楼", "号院", "单元", "号门", "室"];

/// House and flat numbers in a text that is to be public: places are told no finer than the grid.
pub fn doors(text: &str) -> Vec<String> {
    let is_digit = |c: char| to_ascii_digit(c).is_some() || "一二三四五六七八九十".contains(c);
    let found = DOORS.iter().flat_map(|door| text.match_indices(door));
    let numbered = found.filter_map(|(at, door)| {
        let number = text[..at].trim_end_matches(is_digit).len();
        (number < at).then(|| format!("{}{door}", &text[number..at]))
    });
    numbered.collect()
}

/// A surname and one or two characters, up to something that cannot belong to a name.
fn name_at(rest: &str) -> Option<String> {
    let rest = rest.trim_start_matches(['是', '：', ':', ' ']);
    let ends = |c: char| !('\u{4E00}'..='\u{9FFF}').contains(&c) || "住电家在是的，我手".contains(c);
    let name: String = rest.chars().take_while(|c| !ends(*c)).take(3).collect();
    let surname = name.chars().next()?;
    (name.chars().count() >= 2 && SURNAMES.contains(surname)).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, masked: &str) {
        assert_eq!(mask(text, None).text, masked);
    }

    #[test]
    fn words_of_staff_keep_the_number_of_an_office_and_nobodys_own() {
        for (text, masked) in [
            ("请致电 0355-2023456 咨询", "请致电 0355-2023456 咨询"),
            ("已联系，电话138-1234-5678，她叫我晚上来", "已联系，电话138****5678，她叫我晚上来"),
            ("联系人：王小明，身份证140402199001011234", "联系人：王**，身份证14****************"),
        ] {
            assert_eq!(mask_words(text), masked);
            assert_eq!(mask_words(masked), masked, "masked once and for all");
        }
    }

    #[test]
    fn telephone_numbers_are_masked_in_every_form() {
        check("电话13812345678。", "电话138****5678。");
        check("138-1234-5678 打我", "138****5678 打我");
        check("打 0355-2012345", "打 035****2345");
        check("１３８１２３４５６７８", "138****5678");
        check("8613812345678", "861******5678");
    }

    #[test]
    fn other_numbers_stay() {
        for text in
            ["3号楼2单元501", "2026年11月22日", "路灯杆号 20231105", "140403-261122-48213-7", "欠了 12000000 元"]
        {
            check(text, text);
        }
    }

    #[test]
    fn identity_documents_are_masked_almost_whole() {
        let masked = mask("身份证14040319900101123X", None);
        assert_eq!(masked.text, "身份证14****************");
        assert_eq!(masked.documents, ["14040319900101123X"]);
    }

    #[test]
    fn a_name_is_masked_where_it_is_announced_or_known() {
        check("我叫张建国，住三单元", "我叫张**，住三单元");
        check("联系人：李梅 电话", "联系人：李* 电话");
        assert_eq!(mask("王小明反映路灯不亮", Some("王小明")).text, "王**反映路灯不亮");
        check("张家巷的路灯坏了", "张家巷的路灯坏了");
    }

    #[test]
    fn other_people_and_doors_are_found() {
        assert_eq!(named_persons("已修好，反映人张建国确认"), ["张建国"]);
        for text in ["反映人确认解决了", "反映人向社区致谢", "当事人方便的时候再来"] {
            assert_eq!(named_persons(text), [""; 0], "{text}");
        }
        assert_eq!(doors("住在３号楼2单元501室的老人"), ["３号楼", "2单元", "501室"]);
        assert_eq!(doors("11月28日修好，接待室和单元门都换了锁"), [""; 0]);
    }

    proptest! {
        #[test]
        fn masking_never_panics_and_leaves_no_mobile_number(text in "\\PC{0,60}", number in "1[3-9][0-9]{9}") {
            let text = format!("{text}，{number}。");
            prop_assert!(!mask(&text, None).text.contains(&number));
        }
    }
}
