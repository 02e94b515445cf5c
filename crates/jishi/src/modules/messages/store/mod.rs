//! SQL of the room.

mod codes;
mod gateways;
mod messages;
mod wishes;

pub(super) use self::{
    codes::{Code, codes_since, give_try_back, insert_code, take_try, tidy_codes},
    gateways::{gateway, gateways_unscoped, insert_gateway, list_gateways, update_gateway},
    messages::{
        NewMessage, claim_due, export, fail, finish, insert, list, message, put_off, receive, send_again, tidy,
    },
    wishes::{digest_owners_unscoped, put_wishes, wishes_unscoped},
};
