//! 当事人的信息: encrypted beside the dispute, shown as a mask, opened with a purpose and never without writing that down.
//!
//! As in `contacts`, but for one thing: there is no key of look-up here, so that nobody can ask in which disputes a person is.

use db::{Conn, FromRow, Row, Tx, sql};
use kernel::{Code, Error, Id, Instant, Result};

use super::super::model::{Dispute, DisputePartyField, DisputePartyPurpose, DisputeSide, Opening, Party, PartyMask};
use crate::{
    modules::App,
    platform::{
        access::{Person, Role},
        keys::SealedColumn,
        masking,
        trail::By,
    },
};

/// A party to be: encrypted before any transaction begins.
#[derive(Debug)]
pub struct Sealed {
    id: Id<Party>,
    side: DisputeSide,
    name: Vec<u8>,
    name_mask: String,
    phone: Option<Vec<u8>>,
    phone_mask: Option<String>,
}

fn context(party: Id<Party>, field: DisputePartyField) -> String {
    bound_to(&party.to_string(), field)
}

fn bound_to(party: &str, field: DisputePartyField) -> String {
    format!("party {party} {}", field.as_str())
}

/// What is sealed here.
pub const SEALED: &[SealedColumn] = &[
    SealedColumn {
        table: "dispute_parties",
        id: "id",
        field: None,
        cipher: "name",
        context: |party, _| bound_to(party, DisputePartyField::Name),
    },
    SealedColumn {
        table: "dispute_parties",
        id: "id",
        field: None,
        cipher: "phone",
        context: |party, _| bound_to(party, DisputePartyField::Phone),
    },
];

/// Seals a party's name and telephone.
///
/// # Errors
/// `internal` when encryption fails.
pub fn seal(app: &App, side: DisputeSide, name: &str, phone: Option<&str>) -> Result<Sealed> {
    let id: Id<Party> = Id::new(app.now(), &app.chance);
    let sealed = |field, text: &str| app.keys.seal(&app.chance, &context(id, field), text);
    Ok(Sealed {
        id,
        side,
        name: sealed(DisputePartyField::Name, name)?,
        name_mask: masking::mask_name(name),
        phone: phone.map(|phone| sealed(DisputePartyField::Phone, phone)).transpose()?,
        phone_mask: phone.map(masking::mask_phone),
    })
}

/// Stores a sealed party.
pub async fn store(tx: &mut Tx, dispute: Id<Dispute>, party: Sealed) -> Result<()> {
    tx.later(sql!(
        "INSERT INTO dispute_parties (id, dispute, side, name, name_mask, phone, phone_mask)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        party.id,
        dispute,
        party.side.as_str(),
        party.name,
        party.name_mask,
        party.phone,
        party.phone_mask,
    ))
    .await
}

/// The parties of a dispute as masks; the caller has checked the right to it.
pub async fn masks(db: &mut Conn, dispute: Id<Dispute>) -> Result<Vec<PartyMask>> {
    db.all(sql!("SELECT id, side, name_mask, phone_mask FROM dispute_parties WHERE dispute = $1 ORDER BY id", dispute,))
        .await
}

struct Kept {
    dispute: Id<Dispute>,
    side: DisputeSide,
    name: Vec<u8>,
    phone: Option<Vec<u8>>,
    id: Id<Party>,
}

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        let (dispute, side, id) = (row.get("dispute")?, row.get("side")?, row.get("id")?);
        Ok(Self { dispute, side, id, name: row.get("name")?, phone: row.opt("phone")? })
    }
}

/// The dispute of a party; the caller then checks the right to it.
pub async fn dispute_of_unscoped(db: &mut Conn, party: Id<Party>) -> Result<Id<Dispute>> {
    Ok(kept(db, party).await?.dispute)
}

async fn kept(db: &mut Conn, party: Id<Party>) -> Result<Kept> {
    let found: Option<Kept> =
        db.optional(sql!("SELECT id, dispute, side, name, phone FROM dispute_parties WHERE id = $1", party)).await?;
    found.ok_or_else(|| Error::new(Code::NotFound))
}

/// What an opening is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What.
    pub field: DisputePartyField,
    /// Why, from the list.
    pub purpose: DisputePartyPurpose,
    /// Why, in words.
    pub words: String,
    /// Who opens it.
    pub person: Id<Person>,
}

/// Opens what is kept of a party, and writes that down in the same transaction.
///
/// # Errors
/// `not_found` when there is no such detail.
pub async fn open(tx: &mut Tx, app: &App, by: &By, (party, wish): (Id<Party>, &Wish), at: Instant) -> Result<String> {
    let kept = kept(tx, party).await?;
    let cipher = match wish.field {
        DisputePartyField::Name => Some(kept.name),
        DisputePartyField::Phone => kept.phone,
    };
    let cipher = cipher.ok_or_else(|| Error::new(Code::NotFound))?;
    note(tx, app, by, (kept.dispute, party, wish), at).await?;
    app.keys.open(&context(party, wish.field), &cipher)
}

/// Opens the names of all parties for a paper that they will sign.
pub async fn names(
    tx: &mut Tx,
    app: &App,
    by: &By,
    (dispute, wish): (Id<Dispute>, &Wish),
    at: Instant,
) -> Result<Vec<(DisputeSide, String)>> {
    let rows: Vec<Kept> = tx
        .all(sql!("SELECT id, dispute, side, name, phone FROM dispute_parties WHERE dispute = $1 ORDER BY id", dispute))
        .await?;
    let mut names = Vec::with_capacity(rows.len());
    for kept in rows {
        note(tx, app, by, (dispute, kept.id, wish), at).await?;
        names.push((kept.side, app.keys.open(&context(kept.id, DisputePartyField::Name), &kept.name)?));
    }
    Ok(names)
}

/// The names of the parties, to take them out of what is written: shown to nobody, so it is not an opening.
pub async fn names_to_mask(db: &mut Conn, app: &App, dispute: Id<Dispute>) -> Result<Vec<Called>> {
    let rows: Vec<Kept> = db
        .all(sql!("SELECT id, dispute, side, name, phone FROM dispute_parties WHERE dispute = $1 ORDER BY id", dispute))
        .await?;
    let name = |kept: &Kept| app.keys.open(&context(kept.id, DisputePartyField::Name), &kept.name);
    let names: Vec<(DisputeSide, String)> =
        rows.iter().map(|kept| Ok((kept.side, name(kept)?))).collect::<Result<_>>()?;
    Ok(called(&names))
}

/// A party's name, and what stands for it in words: an agreement that is signed and confirmed says who does what, and its
/// head alone says who that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    name: String,
    stands_for: String,
}

/// 甲方, 乙方; of several on a side 甲方一, 甲方二, in the order in which they were written down.
pub fn called(parties: &[(DisputeSide, String)]) -> Vec<Called> {
    const NUMBERS: [&str; 9] = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let mut called: Vec<Called> = Vec::new();
    for side in DisputeSide::ALL.iter().copied() {
        let own: Vec<&String> = parties.iter().filter(|(of, _)| *of == side).map(|(_, name)| name).collect();
        let is_one = own.len() == 1;
        called.extend(own.into_iter().enumerate().map(|(at, name)| {
            let number = if is_one { "" } else { NUMBERS.get(at).copied().unwrap_or("等") };
            Called { name: name.clone(), stands_for: format!("{}{number}", side.names().zh()) }
        }));
    }
    called.sort_by_key(|party| std::cmp::Reverse(party.name.chars().count()));
    called
}

/// Words with the parties called by their sides, and numbers taken out.
pub fn masked(words: &str, parties: &[Called]) -> String {
    // A single character would be found in words that name nobody.
    let known = parties.iter().filter(|party| party.name.chars().count() > 1);
    let text = known.fold(words.trim().to_owned(), |text, party| text.replace(&party.name, &party.stands_for));
    masking::mask(&text, None).text
}

async fn note(
    tx: &mut Tx,
    app: &App,
    by: &By,
    (dispute, party, wish): (Id<Dispute>, Id<Party>, &Wish),
    at: Instant,
) -> Result<()> {
    let id: Id<Opening> = Id::new(at, &app.chance);
    tx.execute(sql!(
        "INSERT INTO dispute_openings (id, dispute, party, field, at, person, role, purpose, words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id,
        dispute,
        party,
        wish.field.as_str(),
        at,
        wish.person,
        by.role.map_or("", Role::as_str),
        wish.purpose.as_str(),
        &wish.words,
    ))
    .await?;
    Ok(())
}

/// Who opened what of a dispute's parties, the newest first.
pub async fn openings(db: &mut Conn, dispute: Id<Dispute>) -> Result<Vec<Opening>> {
    db.all(sql!(
        "SELECT party, field, at, person, role, purpose, words
         FROM dispute_openings
         WHERE dispute = $1
         ORDER BY id DESC
         LIMIT 100",
        dispute,
    ))
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_who_does_what_without_a_name() {
        let (one, other) = (DisputeSide::One, DisputeSide::Other);
        let two = called(&[(one, "乔家骏".into()), (other, "费大江".into())]);
        assert_eq!(masked("费大江十日内修好水管，电话13900001234", &two), "乙方十日内修好水管，电话139****1234");
        let three = called(&[(one, "乔家".into()), (one, "乔家骏".into()), (other, "费大江".into())]);
        assert_eq!(masked("乔家骏和乔家各付一半", &three), "甲方二和甲方一各付一半");
    }
}
