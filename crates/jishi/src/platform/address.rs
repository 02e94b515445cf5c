//! Addresses of clients, as they are counted.

use std::net::{IpAddr, Ipv6Addr};

/// Whose address it is: an IPv6 customer has a whole /64, so that is one address here, and an IPv4 address in the clothes of
/// IPv6 is itself.
pub fn customer(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> IpAddr {
        customer(text.parse().unwrap())
    }

    #[test]
    fn an_ipv6_customer_is_one_address_and_a_mapped_one_is_its_ipv4() {
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
    }
}
