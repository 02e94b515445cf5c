//! Hearings as iCalendar (RFC 5545). Where and when, and the dispute's number: no party, no class, no word of it.

use kernel::{Id, Instant};

use super::model::{Hearing, HearingState, Room};

/// The longest line, in bytes (RFC 5545 section 3.1).
const LINE: usize = 75;

/// What a calendar is told of a hearing.
pub struct Told<'a> {
    /// Which.
    pub hearing: &'a Hearing,
    /// Where.
    pub room: Option<&'a Room>,
    /// The number of its dispute, by which two of one day are told apart.
    pub number: Option<&'a str>,
}

/// Writes the calendar.
pub fn write(name: &str, hearings: &[Told<'_>], now: Instant) -> String {
    let mut text = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Jishi//Mediation//ZH", "METHOD:PUBLISH"] {
        put(&mut text, line);
    }
    put(&mut text, &format!("X-WR-CALNAME:{}", escaped(name)));
    // The one it was put off to tells the calendar that the same appointment moved.
    for told in hearings.iter().filter(|told| told.hearing.moved_to.is_none()) {
        event(&mut text, told, now);
    }
    put(&mut text, "END:VCALENDAR");
    text
}

fn event(text: &mut String, told: &Told<'_>, now: Instant) {
    let Told { hearing, room, number } = told;
    let id: Id<Hearing> = hearing.appointment.unwrap_or(hearing.id);
    let state = match hearing.state {
        HearingState::Postponed | HearingState::Cancelled => "CANCELLED",
        HearingState::Planned | HearingState::Held => "CONFIRMED",
    };
    put(text, "BEGIN:VEVENT");
    put(text, &format!("UID:{id}@jishi"));
    put(text, &format!("SEQUENCE:{}", hearing.sequence + hearing.version));
    put(text, &format!("DTSTAMP:{}", stamp(now)));
    put(text, &format!("DTSTART:{}", stamp(hearing.starts_at)));
    put(text, &format!("DTEND:{}", stamp(hearing.ends_at)));
    put(text, &format!("SUMMARY:{}", escaped(format!("调解会 {}", number.unwrap_or_default()).trim_end())));
    if let Some(room) = room {
        put(text, &format!("LOCATION:{}", escaped(&room.name)));
    }
    put(text, &format!("STATUS:{state}"));
    put(text, "CLASS:CONFIDENTIAL");
    put(text, "END:VEVENT");
}

fn stamp(at: Instant) -> String {
    at.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// A line, folded where it is too long, never within a character.
fn put(text: &mut String, line: &str) {
    let mut room = LINE;
    for c in line.chars() {
        if c.len_utf8() > room {
            text.push_str("\r\n ");
            room = LINE - 1;
        }
        room -= c.len_utf8();
        text.push(c);
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hearing_tells_a_calendar_when_and_where_and_nothing_else() {
        let id = Id::from_uuid(uuid::Uuid::nil());
        let hearing = Hearing {
            id,
            dispute: Id::from_uuid(uuid::Uuid::nil()),
            room: Id::from_uuid(uuid::Uuid::nil()),
            mediator: Id::from_uuid(uuid::Uuid::nil()),
            starts_at: "2026-11-17T01:30:00Z".parse().unwrap(),
            ends_at: "2026-11-17T03:00:00Z".parse().unwrap(),
            state: HearingState::Planned,
            words: Some("张三欠李四".to_owned()),
            appointment: None,
            sequence: 0,
            moved_to: None,
            version: 2,
        };
        let name = format!("一楼,{}", "调解室".repeat(20));
        let room = Room {
            id: Id::from_uuid(uuid::Uuid::nil()),
            centre: Id::from_uuid(uuid::Uuid::nil()),
            name,
            ends_on: None,
            version: 1,
        };
        let told = [Told { hearing: &hearing, room: Some(&room), number: Some("140403-J261116-00001") }];
        let text = write("调解", &told, "2026-11-16T01:00:00Z".parse().unwrap());
        assert!(text.contains("SUMMARY:调解会 140403-J261116-00001\r\n"), "{text}");
        assert!(text.contains("DTSTART:20261117T013000Z\r\nDTEND:20261117T030000Z\r\n"), "{text}");
        assert!(text.replace("\r\n ", "").contains("LOCATION:一楼\\,调解室") && !text.contains("张三"));
        assert!(text.lines().all(|line| line.trim_end_matches('\r').len() <= LINE), "{text}");
    }
}
