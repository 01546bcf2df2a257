import Testing
import Units

@Suite struct SameBytesTests {
    @Test(
        arguments: [
            ([], [], true), ([7], [7], true), ([1, 2, 3], [1, 2, 3], true), ([], [0], false),
            ([1, 2], [1, 2, 0], false),
            ([1, 2], [2, 1], false), ([1, 1], [0, 1], false), ([1, 1], [1, 0], false), ([0x80], [0], false),
            ([1, 3], [0, 2], false),
        ] as [([UInt8], [UInt8], Bool)])
    func bytesAreComparedToTheEnd(left: [UInt8], right: [UInt8], isSame: Bool) {
        #expect(left.hasSameBytesInSameTime(as: right) == isSame)
        #expect(right.hasSameBytesInSameTime(as: left) == isSame)
    }
}
