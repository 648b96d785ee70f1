//! Names beside ids: a table whose rows name the customers that are known.

use std::io;

use crate::model::id::Id;
use crate::model::names::Names;
use crate::output::table::{Cell, Column, Keep, Kind, RowSink, Rows, Table};

use super::columns::CUSTOMER;

const NAME: Column = Column::new("CustomerName", Kind::Text, Keep::Answer);

/// Rows with a name behind each customer id.
pub(super) struct Named<'a> {
    rows: &'a dyn Rows,
    names: &'a Names,
    /// The place of the id.
    at: usize,
}

impl<'a> Named<'a> {
    /// The rows and totals of a table with names, if it has customers and any are known.
    pub(super) fn of(table: &Table<'a>, names: &'a Names) -> Option<(Self, Option<Self>)> {
        let at = table.columns.iter().position(|column| *column == CUSTOMER)?;
        let named = |rows| Self { rows, names, at };
        (!names.is_empty()).then(|| (named(table.rows), table.totals.map(named)))
    }

    /// The table with these rows.
    pub(super) fn table<'t>(&'t self, totals: Option<&'t Self>, table: &Table<'_>) -> Table<'t> {
        let mut columns = table.columns.clone();
        columns.insert(self.at + 1, NAME);
        Table {
            columns,
            rows: self,
            currency: table.currency.map(|at| if at > self.at { at + 1 } else { at }),
            totals: totals.map(|totals| totals as &dyn Rows),
            footnotes: table.footnotes.clone(),
        }
    }
}

impl Rows for Named<'_> {
    fn parts(&self) -> usize {
        self.rows.parts()
    }

    fn part(&self, part: usize, sink: &mut RowSink<'_>) -> io::Result<()> {
        self.rows.part(part, &mut |cells| {
            let name = match cells[self.at] {
                Cell::Text(id) => Id::parse(id).and_then(|id| self.names.get(&id)),
                _ => None,
            };
            let mut named = cells.to_vec();
            named.insert(self.at + 1, Cell::or_empty(name, Cell::Text));
            sink(&named)
        })
    }
}
