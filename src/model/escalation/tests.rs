//! The search, on principals that are made up of their names and permissions.

use super::*;
use crate::document::Span;
use crate::model::builder::ChildBuilder;
use crate::model::record::FileId;

fn principal(kind: &'static str, name: &str, permissions: &[&str]) -> Record {
    let component = Component { copy: String::new(), kind, name: name.to_owned() };
    let place =
        |at: usize| Place { file: FileId(0), span: Span { start: at as u32, end: at as u32 + 1 } };
    let mut record = RecordBuilder::new("Principal", component, Some(place(0))).unwrap();
    let child = ChildBuilder::new("Principal", "userPermission").unwrap();
    let grants = permissions.iter().enumerate().map(|(at, written)| {
        let data = Data::Text(written.to_lowercase().into());
        let value = Value { data, written: (*written).into(), place: Some(place(at + 1)) };
        child.block(Some(place(at + 1)), vec![("name", one(value))])
    });
    record.set("name", Leaf::text_reference(name)).children("userPermission", grants.collect());
    record.finish_with(&Leaf::derived(false, None))
}

fn set(name: &str, permissions: &[&str]) -> Record {
    principal("PermissionSet", name, permissions)
}

/// Name, target, steps and sentence of each path.
fn found(principals: &[Record]) -> Vec<(String, String, String, String)> {
    let text = |block: &Block, at: usize| block.leaves[at].values[0].written.to_string();
    escalations(principals, &[], &[])
        .iter()
        .map(|record| {
            let path = record.children_of("path").next().unwrap().block;
            (record.component.name.clone(), text(path, 0), text(path, 3), text(path, 4))
        })
        .collect()
}

#[test]
fn the_strongest_target_wins_then_the_shortest_way_then_the_name() {
    let all = [
        set("Lead", &["AssignPermissionSets"]),
        set("Z_Reader", &["ViewAllData"]),
        set("B_Repair", &["ModifyAllData"]),
        set("A_Repair", &["ModifyAllData"]),
    ];
    let [lead] = &found(&all)[..] else { panic!("{:?}", found(&all)) };
    assert_eq!((lead.1.as_str(), lead.2.as_str()), ("A_Repair", "1"));
    let reversed: Vec<Record> = all.iter().rev().cloned().collect();
    assert_eq!(found(&reversed), found(&all));
}

#[test]
fn steps_lead_from_means_to_means() {
    let all = [
        set("Lead", &["AssignPermissionSets"]),
        set("Users", &["ManageUsers"]),
        principal("Profile", "Owner", &["ModifyAllData"]),
    ];
    let paths = found(&all);
    let lead = paths.iter().find(|path| path.0 == "Lead").unwrap();
    assert_eq!(
        (lead.1.as_str(), lead.2.as_str(), lead.3.as_str()),
        (
            "Owner",
            "2",
            "assigns permission set Users, then creates a user with profile Owner, which has ModifyAllData"
        )
    );
    assert_eq!(paths.iter().find(|path| path.0 == "Users").unwrap().2, "1");
    assert_eq!(paths.len(), 2);
}

#[test]
fn equals_gain_nothing_from_each_other() {
    assert_eq!(
        found(&[set("A", &["AssignPermissionSets"]), set("B", &["AssignPermissionSets"])]),
        []
    );
    let strong = ["AssignPermissionSets", "ModifyAllData"];
    assert_eq!(found(&[set("A", &strong), set("B", &["ModifyAllData", "AuthorApex"])]), []);
    // Means that open each other end.
    let both = [set("A", &["AssignPermissionSets", "ManageUsers"]), set("B", &["ManageUsers"])];
    assert_eq!(found(&both), []);
}

#[test]
fn copies_of_the_org_do_not_help_each_other() {
    let mut elsewhere = set("Repair", &["ModifyAllData"]);
    elsewhere.component.copy = "snapshot".to_owned();
    assert_eq!(found(&[set("Lead", &["AssignPermissionSets"]), elsewhere]), []);
}
