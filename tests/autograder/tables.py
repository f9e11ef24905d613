"""All a gradebook holds, comparable: ids are replaced by what they stand for."""

from sqlalchemy import select

from autograder import schema

# what a row is known by, apart from its random id
KEYS = {
    "assignment": ("name",),
    "notebook": ("assignment_id", "name"),
    "base_cell": ("notebook_id", "name", "type"),
    "submitted_assignment": ("assignment_id", "student_id"),
    "submitted_notebook": ("assignment_id", "notebook_id"),
}


def everything(engine):
    """Return {table: sorted rows}; a row is the text of its values, ids of other rows written out."""
    with engine.begin() as connection:
        rows = {
            name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for name, table in schema.metadata.tables.items()
        }
    by_id = {name: {row["id"]: row for row in rows[name]} for name in KEYS}

    def key(table, identity):
        return tuple(value(table, name, by_id[table][identity][name]) for name in KEYS[table])

    def value(table, name, found):
        (reference,) = schema.metadata.tables[table].c[name].foreign_keys or (None,)
        target = reference.column.table.name if reference else None
        return key(target, found) if target in KEYS and found is not None else found

    def shown(table, row):
        free = table in ("student", "course") or not schema.metadata.tables[table].c.id.primary_key
        names = [n for n in row if n != "id" or free or schema.metadata.tables[table].c.id.foreign_keys]
        return repr({name: value(table, name, row[name]) for name in names})

    return {table: sorted(shown(table, row) for row in rows[table]) for table in rows}


def differences(ours, theirs):
    """Return the rows that only one of two gradebooks has, as lines; none when they hold the same."""
    lines = []
    for table in theirs:
        lines += [f"{table}: only ours {row}" for row in ours[table] if row not in theirs[table]]
        lines += [f"{table}: only stock {row}" for row in theirs[table] if row not in ours[table]]
        if not lines and len(ours[table]) != len(theirs[table]):
            lines.append(f"{table}: {len(ours[table])} rows, stock has {len(theirs[table])}")
    return lines
