//! 算式: `satisfied + 0.9 * basically_satisfied`: a sum of measures, each worth something between 0 and 1.

use super::measures::{Basis, MEASURES, Measure};

/// One measure and what it is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Which.
    pub measure: &'static Measure,
    /// What each is worth, above 0 and up to 1.
    pub weight: f64,
}

/// A sum of measures of one basis.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression(pub Vec<Term>);

/// What is wrong with one, and what to write instead.
pub type Wrong = (String, String);

impl Expression {
    /// Reads one whose measures all count on `basis`.
    ///
    /// # Errors
    /// What is wrong, and how to mend it.
    pub fn parse(text: &str, basis: Basis) -> Result<Self, Wrong> {
        let terms: Vec<Term> = text.split('+').map(|part| term(part, basis)).collect::<Result<_, _>>()?;
        for (at, one) in terms.iter().enumerate() {
            if terms.iter().skip(at + 1).any(|other| other.measure == one.measure) {
                let code = one.measure.code;
                return Err((
                    format!("“{code}”写了两次 · {code:?} stands twice"),
                    "只写一次 · write it once".to_owned(),
                ));
            }
        }
        Ok(Self(terms))
    }

    /// What a row with these bits is worth. Two measures may hold of one row; it is worth no more than 1.
    pub fn worth(&self, marks: i64) -> f64 {
        let sum: f64 = self.0.iter().filter(|term| term.measure.holds(marks)).map(|term| term.weight).sum();
        sum.min(1.0)
    }

    /// Whether a row with these bits counts at all.
    pub fn holds(&self, marks: i64) -> bool {
        self.0.iter().any(|term| term.measure.holds(marks))
    }
}

fn term(part: &str, basis: Basis) -> Result<Term, Wrong> {
    let (weight, code) = match part.split_once('*') {
        Some((weight, code)) => (weight.trim().parse().ok(), code.trim()),
        None => (Some(1.0), part.trim()),
    };
    let weight = weight.filter(|weight| *weight > 0.0 && *weight <= 1.0).ok_or_else(|| {
        let part = part.trim();
        (
            format!("“{part}”的权数不对 · the weight in {part:?} is not right"),
            "写成 0.9 * basically_satisfied，权数大于 0、不超过 1 · above 0 and up to 1".to_owned(),
        )
    })?;
    Ok(Term { measure: measure(code, Some(basis))?, weight })
}

/// The measure of a name, on `basis` if one is given.
///
/// # Errors
/// What is wrong, and how to mend it.
pub fn measure(code: &str, basis: Option<Basis>) -> Result<&'static Measure, Wrong> {
    let fits = |measure: &&Measure| measure.basis.is_none() || basis.is_none() || measure.basis == basis;
    let choices = || {
        let all: Vec<&str> = MEASURES.iter().filter(fits).map(|measure| measure.code).collect();
        format!("可写 {} · one of these", all.join("、"))
    };
    if is_trace(code) {
        let message = format!("“{code}”是痕迹，不是成效，不能考核 · {code:?} counts traces and not outcomes");
        return Err((message, choices()));
    }
    match Measure::parse(code) {
        None => Err((format!("没有计数项“{code}” · there is no measure {code:?}"), choices())),
        Some(measure) if !fits(&measure) => {
            Err((format!("“{code}”不按这一天计 · {code:?} does not count on that day"), choices()))
        }
        Some(measure) => Ok(measure),
    }
}

/// 不以登录、在线、发帖、走访、拍照和个人为考核内容 (2025 年《整治形式主义为基层减负若干规定》; domain rules 1, 4).
fn is_trace(code: &str) -> bool {
    const TRACES: [&str; 20] = [
        "login", "log_in", "logon", "online", "checkin", "check_in", "post", "visit", "photo", "picture", "video",
        "track", "like", "person", "worker", "employee", "登录", "在线", "走访", "照片",
    ];
    let code = code.to_lowercase();
    TRACES.iter().any(|word| code.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_read_with_its_weights() {
        let read = Expression::parse("satisfied + 0.9 * basically_satisfied", Basis::Say).unwrap();
        let told: Vec<(&str, f64)> = read.0.iter().map(|term| (term.measure.code, term.weight)).collect();
        assert_eq!(told, [("satisfied", 1.0), ("basically_satisfied", 0.9)]);
        let bit = |code| Measure::parse(code).unwrap().mask;
        assert_eq!(read.worth(bit("basically_satisfied") | bit("valid")), 0.9);
        assert_eq!(read.worth(bit("valid")), 0.0);
    }

    #[test]
    fn what_is_no_outcome_is_refused() {
        for (text, told) in [
            ("photos", "痕迹"),
            ("solved + visits_made", "痕迹"),
            ("login_days", "痕迹"),
            ("cases_per_person", "痕迹"),
            ("solved + sovled", "没有计数项"),
            ("received", "不按这一天计"),
            ("2 * solved", "权数"),
            ("x * solved", "权数"),
            ("solved + solved", "两次"),
            ("", "没有计数项"),
        ] {
            let (message, mend) = Expression::parse(text, Basis::Say).unwrap_err();
            assert!(message.contains(told) && !mend.is_empty(), "{text}: {message}");
        }
    }
}
