//! Pools, groups of tasks and groups of resources: what the labels of metrics are made of.

use super::budget::{self, Dropped, Room};
use super::table::Table;
use crate::id::{PoolId, ResourceGroupId, TaskGroupId};
use crate::primitive::real::Mutex;
use crate::site;
use std::collections::HashMap;
use std::hash::Hash;
use std::panic::Location;

/// Name of the pool of everything outside of any pool.
const MAIN: &str = "main";
/// Name of the pool of everything that found no room.
const OTHER: &str = "other";
/// Most groups of one sort. The number must fit into 24 bits of a slot, and each thread has a table of this length.
pub(crate) const MAX_GROUPS: usize = 1 << 16;
/// What one group costs here, roughly: its entry, its key and its share of the tables.
const GROUP_BYTES: usize = 192;

/// What a group is a group of: `kind` is a `TaskKind` or `ResourceKind` of the snapshot as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GroupKey {
    pub place: (&'static str, u32, u32),
    pub kind: u8,
    pub pool: PoolId,
}

/// A group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub key: GroupKey,
    /// What the source calls its members; empty if it does not say.
    pub label: &'static str,
}

/// One table of groups.
#[derive(Debug)]
pub(crate) struct GroupTable {
    groups: Table<Group>,
    numbers: Mutex<Option<HashMap<GroupKey, u32>>>,
    /// Group 0 of its sort, where everything goes that finds no room.
    overflow: &'static str,
}

impl GroupTable {
    const fn new() -> Self {
        Self { groups: Table::new(), numbers: Mutex::new(None), overflow: OTHER }
    }

    fn intern(
        &self,
        pools: &Pools,
        location: &'static Location<'static>,
        kind: u8,
        inherited: Option<PoolId>,
    ) -> u32 {
        let lexical = site::lookup(location);
        let pool = match (lexical.pool, inherited) {
            (Some(name), _) => pools.intern(name),
            (None, Some(pool)) => pool,
            (None, None) => pools.intern(MAIN),
        };
        let place = (location.file(), location.line(), location.column());
        self.number(pools, Group { key: GroupKey { place, kind, pool }, label: lexical.label.unwrap_or("") })
    }

    fn number(&self, pools: &Pools, group: Group) -> u32 {
        let mut numbers = self.numbers.lock();
        let numbers = numbers.get_or_insert_with(HashMap::new);
        if self.groups.get(0).is_none() {
            let pool = pools.intern(self.overflow);
            let key = GroupKey { place: (self.overflow, 0, 0), kind: 0, pool };
            let _ = self.groups.push(Group { key, label: self.overflow }, MAX_GROUPS);
        }
        if let Some(number) = numbers.get(&group.key) {
            return *number;
        }
        if !self.groups.is_full(MAX_GROUPS)
            && budget::reserve(GROUP_BYTES, Room::Tables)
            && let Ok(number) = self.groups.push(group, MAX_GROUPS)
        {
            numbers.insert(group.key, number as u32);
            return number as u32;
        }
        Dropped::Group.count();
        0
    }

    /// All groups, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter()
    }

    /// The pool of a group.
    pub(crate) fn pool_of(&self, number: u32) -> Option<PoolId> {
        self.groups.get(number as usize).map(|g| g.key.pool)
    }
}

/// The pools, by name.
#[derive(Debug)]
pub(crate) struct Pools {
    names: Table<&'static str>,
    numbers: Mutex<Option<HashMap<&'static str, u32>>>,
}

impl Pools {
    fn intern(&self, name: &'static str) -> PoolId {
        let mut numbers = self.numbers.lock();
        let numbers = numbers.get_or_insert_with(HashMap::new);
        if self.names.get(0).is_none() {
            let _ = self.names.push(OTHER, MAX_GROUPS);
            numbers.insert(OTHER, 0);
        }
        if let Some(number) = numbers.get(name) {
            return PoolId(*number);
        }
        if !self.names.is_full(MAX_GROUPS)
            && budget::reserve(GROUP_BYTES, Room::Tables)
            && let Ok(number) = self.names.push(name, MAX_GROUPS)
        {
            numbers.insert(name, number as u32);
            return PoolId(number as u32);
        }
        Dropped::Group.count();
        PoolId(0)
    }

    /// All names, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.names.iter().copied()
    }
}

/// All groups of this process.
#[derive(Debug)]
pub(crate) struct Groups {
    pub pools: Pools,
    pub tasks: GroupTable,
    pub resources: GroupTable,
}

impl Groups {
    /// The group of tasks of this kind that are spawned here, by a task of group `parent`. Cold: takes a lock and may
    /// allocate; callers keep the answer.
    #[cold]
    pub(crate) fn task(
        &self,
        location: &'static Location<'static>,
        kind: u8,
        parent: Option<u32>,
    ) -> TaskGroupId {
        let inherited = parent.and_then(|p| self.tasks.pool_of(p));
        TaskGroupId(self.tasks.intern(&self.pools, location, kind, inherited))
    }

    /// The group of resources of this kind that are created here, by a task of group `parent`. Cold, likewise.
    #[cold]
    pub(crate) fn resource(
        &self,
        location: &'static Location<'static>,
        kind: u8,
        parent: Option<u32>,
    ) -> ResourceGroupId {
        let inherited = parent.and_then(|p| self.tasks.pool_of(p));
        ResourceGroupId(self.resources.intern(&self.pools, location, kind, inherited))
    }
}

/// The groups of this process.
pub(crate) fn groups() -> &'static Groups {
    static GROUPS: Groups = Groups {
        pools: Pools { names: Table::new(), numbers: Mutex::new(None) },
        tasks: GroupTable::new(),
        resources: GroupTable::new(),
    };
    &GROUPS
}
