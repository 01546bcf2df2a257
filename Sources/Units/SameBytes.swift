extension String {
    /// Whether the UTF-8 bytes are the same: `==` also holds between a text and its other Unicode forms.
    public func hasSameBytes(as other: String) -> Bool {
        var left = self, right = other
        return left.withUTF8 { left in
            right.withUTF8 { right in left.count == right.count && left.elementsEqual(right) }
        }
    }
}
