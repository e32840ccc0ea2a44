//! Metadata that tests write.

/// A permission set with the label Orders and these user permissions.
pub fn set(permissions: &[&str]) -> String {
    let rights: String = permissions
        .iter()
        .map(|name| {
            format!(
                "<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>\n"
            )
        })
        .collect();
    format!(
        "<PermissionSet xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n<label>Orders</label>\n{rights}</PermissionSet>\n"
    )
}
