import Units

/// The GPUs of a list of trackable resources such as `billing=4,cpu=1,gres/gpu:a100=1,gres/gpu=1,node=1`.
enum AllocatedGPUs: Hashable {
    case quantity(GPUQuantity)
    /// The list holds no GPU (F1).
    case none
    case invalid

    /// `gres/gpu` is the total. Without it the models `gres/gpu:MODEL` add up.
    init(_ resources: String) {
        var total: Int64?
        var models: Int64?
        for entry in resources.split(separator: ",") {
            guard let equals = entry.firstIndex(of: "=") else { continue }
            let name = entry[..<equals]
            guard name == "gres/gpu" || name.hasPrefix("gres/gpu:") else { continue }
            let value = entry[entry.index(after: equals)...]
            guard value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let count = Int64(value),
                count <= GPUQuantity.maximumThousandths / 1000
            else {
                self = .invalid
                return
            }
            if name == "gres/gpu" { total = count } else { models = (models ?? 0) + count }
        }
        guard let count = total ?? models, count > 0 else {
            self = .none
            return
        }
        self = GPUQuantity(thousandths: count * 1000).map { .quantity($0) } ?? .invalid
    }
}
