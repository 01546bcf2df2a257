import TestSupport
import Testing

/// A text of `Golden/` that an answer must equal. With `KANJO_RECORD=1` the file is written instead.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let difference = Golden.difference(text, name, besides: #filePath)
    #expect(difference == nil, sourceLocation: sourceLocation)
}
