extension String {
    /// Whether the UTF-8 bytes are the same: `==` also holds between a text and its other Unicode forms.
    public func hasSameBytes(as other: String) -> Bool {
        var left = self, right = other
        return left.withUTF8 { left in
            right.withUTF8 { right in left.count == right.count && left.elementsEqual(right) }
        }
    }
}

extension Collection<UInt8> {
    /// Whether the bytes are the same, in a time that doesn't tell where the first difference is. O(n).
    public func hasSameBytesInSameTime(as other: some Collection<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return zip(self, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
