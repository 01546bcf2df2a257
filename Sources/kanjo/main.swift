print("kanjo")
