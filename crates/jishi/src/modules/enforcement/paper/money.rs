//! Money as an office writes it.

/// Yuan with what is left of fen: `1,200`, `0.50`.
pub fn yuan(fen: i64) -> String {
    let (whole, rest) = (fen / 100, (fen % 100).abs());
    let digits = whole.abs().to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest == 0 { grouped } else { format!("{grouped}.{rest:02}") }
}

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

/// 大写金额: `壹仟贰佰元整`, as it stands on a decision so that no stroke can be added (正确填写票据和结算凭证的基本规定).
pub fn capitals(fen: i64) -> String {
    let digit = |value: i64| usize::try_from(value).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or('零');
    let (yuan, jiao, rest) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut told = if yuan == 0 { String::new() } else { format!("{}元", whole(yuan)) };
    if jiao == 0 && rest == 0 {
        return if told.is_empty() { "零元整".to_owned() } else { format!("{told}整") };
    }
    if jiao > 0 {
        told.push(digit(jiao));
        told.push('角');
    } else if yuan > 0 {
        told.push('零');
    }
    if rest > 0 {
        told.push(digit(rest));
        told.push('分');
    } else {
        told.push('整');
    }
    told
}

/// A whole number up to hundreds of millions, four digits at a time.
fn whole(value: i64) -> String {
    let mut told = String::new();
    let mut is_gap = false;
    for (unit, name) in [(100_000_000, "亿"), (10_000, "万"), (1, "")] {
        let part = value / unit % 10_000;
        if part == 0 {
            is_gap = !told.is_empty();
            continue;
        }
        if !told.is_empty() && (is_gap || part < 1_000) {
            told.push('零');
        }
        told.push_str(&thousands(part));
        told.push_str(name);
        is_gap = false;
    }
    told
}

fn thousands(part: i64) -> String {
    let mut told = String::new();
    let mut is_gap = false;
    for (unit, name) in [(1_000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let digit = part / unit % 10;
        if digit == 0 {
            is_gap = !told.is_empty();
            continue;
        }
        if is_gap {
            told.push('零');
        }
        told.push(usize::try_from(digit).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or('零'));
        told.push_str(name);
        is_gap = false;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_offices_write_it() {
        for (fen, digits, words) in [
            (0, "0", "零元整"),
            (5, "0.05", "伍分"),
            (50, "0.50", "伍角整"),
            (20_000, "200", "贰佰元整"),
            (105_000, "1,050", "壹仟零伍拾元整"),
            (100_005, "1,000.05", "壹仟元零伍分"),
            (1_000_000, "10,000", "壹万元整"),
            (1_000_100, "10,001", "壹万零壹元整"),
            (1_050_000, "10,500", "壹万零伍佰元整"),
            (12_345_678, "123,456.78", "壹拾贰万叁仟肆佰伍拾陆元柒角捌分"),
            (10_000_000_000, "100,000,000", "壹亿元整"),
            (10_000_010_000, "100,000,100", "壹亿零壹佰元整"),
        ] {
            assert_eq!((yuan(fen).as_str(), capitals(fen).as_str()), (digits, words), "{fen}");
        }
    }
}
