import Units

/// The GPUs of a list of trackable resources such as `billing=4,cpu=1,gres/gpu:a100=1,gres/gpu=1,node=1`.
enum AllocatedGPUs: Hashable {
    case quantity(GPUQuantity)
    /// The list holds no GPU (F1).
    case none
    case invalid

    /// `gres/gpu` is the total. Without it the models `gres/gpu:MODEL` add up.
    init(_ resources: UnsafeBufferPointer<UInt8>) {
        let name = "gres/gpu".utf8
        var total: Int64?
        var models: Int64?
        for entry in resources.split(separator: UInt8(ascii: ",")) where entry.starts(with: name) {
            let rest = entry.dropFirst(name.count)
            guard rest.first == UInt8(ascii: "=") || rest.first == UInt8(ascii: ":") else { continue }
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")), let count = Self.count(rest[(equals + 1)...])
            else {
                self = .invalid
                return
            }
            if equals == rest.startIndex { total = count } else { models = (models ?? 0) + count }
        }
        guard let count = total ?? models, count > 0 else {
            self = .none
            return
        }
        self = GPUQuantity(thousandths: count * 1000).map { .quantity($0) } ?? .invalid
    }

    /// A whole number up to the greatest quantity.
    private static func count(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
        guard (1...5).contains(digits.count) else { return nil }
        var value: Int64 = 0
        for byte in digits {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }
}
