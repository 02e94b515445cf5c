//! The tree as it is kept: tiles of 256 hashes, in the form of C2SP tlog-tiles, so that mirrors of others understand them.
//! Pure: tiles come in and go out.

use std::{cell::RefCell, collections::BTreeMap};

use kernel::{Error, Result};
use tlog_tiles::{
    tile::Tile,
    tlog::{self, EMPTY_HASH, HASH_SIZE, Hash, HashReader},
};

/// A tile has 2^8 hashes.
const HEIGHT: u8 = 8;
/// Hashes in a full tile.
pub const WIDTH: u64 = 1 << HEIGHT;

/// Which tile: its level, and its place there.
pub type At = (u8, u64);

/// Tiles by their places.
#[derive(Clone, Debug, Default)]
pub struct Tiles(BTreeMap<At, Vec<u8>>);

impl FromIterator<(At, Vec<u8>)> for Tiles {
    fn from_iter<T: IntoIterator<Item = (At, Vec<u8>)>>(tiles: T) -> Self {
        Self(tiles.into_iter().collect())
    }
}

impl HashReader for Tiles {
    fn read_hashes(&self, indexes: &[u64]) -> std::result::Result<Vec<Hash>, tlog::Error> {
        let hash = |index: &u64| {
            let tile = Tile::from_index(HEIGHT, *index);
            let data = self.0.get(&(tile.level(), tile.level_index())).ok_or(tlog::Error::InvalidTile)?;
            tile.hash_at_index(data, *index)
        };
        indexes.iter().map(hash).collect()
    }
}

/// Notes which hashes are asked for, and gives none.
#[derive(Debug, Default)]
struct Asked(RefCell<Vec<u64>>);

impl HashReader for Asked {
    fn read_hashes(&self, indexes: &[u64]) -> std::result::Result<Vec<Hash>, tlog::Error> {
        self.0.borrow_mut().extend(indexes);
        Ok(vec![EMPTY_HASH; indexes.len()])
    }
}

fn wrong(error: tlog::Error) -> Error {
    Error::internal(format!("the log's tree: {error}"))
}

fn tiles_of(indexes: &[u64]) -> Vec<At> {
    let at = |index: &u64| {
        let tile = Tile::from_index(HEIGHT, *index);
        (tile.level(), tile.level_index())
    };
    let mut tiles: Vec<At> = indexes.iter().map(at).collect();
    tiles.sort_unstable();
    tiles.dedup();
    tiles
}

/// The tiles at the right edge of a tree of this size: what growing it, and its root, need.
pub fn edge(size: u64) -> Vec<At> {
    let levels = (0..8_u8).map(|level| (level, size >> (u32::from(HEIGHT) * u32::from(level))));
    levels.take_while(|(_, width)| *width > 0).map(|(level, width)| (level, width / WIDTH)).collect()
}

/// Adds leaves to a tree of `size`, whose edge is in `tiles`; returns the new size. What changed is in `tiles` afterwards.
///
/// # Errors
/// `internal` when the edge is not there.
pub fn grow(tiles: &mut Tiles, size: u64, leaves: &[Hash]) -> Result<u64> {
    let mut size = size;
    for leaf in leaves {
        let hashes = tlog::stored_hashes_for_record_hash(size, *leaf, tiles).map_err(wrong)?;
        for (level, hash) in (0_u8..).zip(hashes).filter(|(level, _)| level % HEIGHT == 0) {
            let place = (size >> level) / WIDTH;
            tiles.0.entry((level / HEIGHT, place)).or_default().extend(hash.0);
        }
        size += 1;
    }
    Ok(size)
}

impl Tiles {
    /// The tiles that a tree which grew from one size to another has anew or wider.
    pub fn between(&self, (from, to): (u64, u64)) -> Vec<(At, Vec<u8>)> {
        let changed = Tile::new_tiles(HEIGHT, from, to);
        let at = changed.iter().map(|tile| (tile.level(), tile.level_index()));
        at.filter_map(|at| Some((at, self.0.get(&at)?.clone()))).collect()
    }

    /// The hashes of the leaves in the tile at a place of level 0.
    pub fn leaves(bytes: &[u8]) -> impl Iterator<Item = Hash> {
        bytes.chunks_exact(HASH_SIZE).filter_map(|hash| hash.try_into().ok().map(Hash))
    }
}

/// The root of a tree of this size.
///
/// # Errors
/// `internal` when its edge is not in `tiles`.
pub fn root(tiles: &Tiles, size: u64) -> Result<Hash> {
    tlog::tree_hash(size, tiles).map_err(wrong)
}

/// What is proved about a tree.
#[derive(Clone, Copy, Debug)]
pub enum Claim {
    /// The leaf at this place is in the tree of this size.
    Includes {
        /// Place of the leaf.
        leaf: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// The tree of one size is the beginning of that of another.
    Extends {
        /// The smaller.
        from: u64,
        /// The larger.
        to: u64,
    },
}

impl Claim {
    fn prove_by(self, reader: &impl HashReader) -> Result<Vec<Hash>> {
        match self {
            Self::Includes { leaf, size } => tlog::prove_record(size, leaf, reader).map_err(wrong),
            Self::Extends { from, to } => tlog::prove_tree(to, from, reader).map_err(wrong),
        }
    }

    /// Which tiles its proof needs.
    ///
    /// # Errors
    /// `internal` for what no tree can hold.
    pub fn needs(self) -> Result<Vec<At>> {
        let asked = Asked::default();
        self.prove_by(&asked)?;
        Ok(tiles_of(&asked.0.into_inner()))
    }

    /// The proof.
    ///
    /// # Errors
    /// `internal` when a tile is missing.
    pub fn prove(self, tiles: &Tiles) -> Result<Vec<Hash>> {
        self.prove_by(tiles)
    }
}

/// A root computed leaf by leaf, without keeping the tree: for an examination of all of it.
#[derive(Debug, Default)]
pub struct Walk {
    size: u64,
    /// Roots of full subtrees, the largest first.
    roots: Vec<(u8, Hash)>,
}

impl Walk {
    /// Leaves so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next leaf's hash.
    pub fn add(&mut self, leaf: Hash) {
        let mut node = (0, leaf);
        while let Some((level, left)) = self.roots.pop_if(|(level, _)| *level == node.0) {
            node = (level + 1, tlog::node_hash(left, node.1));
        }
        self.roots.push(node);
        self.size += 1;
    }

    /// The root of what was taken.
    pub fn root(&self) -> Hash {
        let mut right = self.roots.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = right.next() else { return EMPTY_HASH };
        right.fold(last, |right, left| tlog::node_hash(left, right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|i| tlog::record_hash(&i.to_be_bytes())).collect()
    }

    #[test]
    fn a_tree_grown_in_pieces_has_the_root_of_its_leaves_and_every_proof_holds() {
        let all = leaves(70_000);
        let (mut kept, mut size) = (BTreeMap::new(), 0);
        for piece in [1, 254, 1, 1, 300, 65_000, 4_443] {
            let from = usize::try_from(size).unwrap();
            let mut tiles: Tiles =
                edge(size).into_iter().filter_map(|at| Some((at, kept.get(&at).cloned()?))).collect();
            let to = grow(&mut tiles, size, &all[from..from + piece]).unwrap();
            kept.extend(tiles.between((size, to)));
            let mut walk = Walk::default();
            all[..from + piece].iter().for_each(|leaf| walk.add(*leaf));
            assert_eq!(root(&tiles, to).unwrap().0, walk.root().0);
            size = to;
        }
        let tiles: Tiles = kept.into_iter().collect();
        let whole = root(&tiles, size).unwrap();
        for leaf in [0, 255, 256, 65_535, 65_536, 69_999] {
            let claim = Claim::Includes { leaf, size };
            let some: Tiles = claim.needs().unwrap().into_iter().map(|at| (at, tiles.0[&at].clone())).collect();
            let proof = claim.prove(&some).unwrap();
            let hash = all[usize::try_from(leaf).unwrap()];
            tlog::check_record(&proof, size, whole, leaf, hash).unwrap();
            assert!(tlog::check_record(&proof, size, whole, leaf, all[1]).is_err());
        }
        for from in [1, 256, 257, 65_536, 69_999] {
            let proof = Claim::Extends { from, to: size }.prove(&tiles).unwrap();
            let mut walk = Walk::default();
            all[..usize::try_from(from).unwrap()].iter().for_each(|leaf| walk.add(*leaf));
            tlog::check_tree(&proof, size, whole, from, walk.root()).unwrap();
        }
    }
}
