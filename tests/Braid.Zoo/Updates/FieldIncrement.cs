namespace BugZoo.Updates;

/// <summary>Two threads increment a field: read, add, write back.</summary>
internal static class FieldIncrement
{
    public static void Buggy()
    {
        var counter = new Counter();
        Crew.Run(counter.Add, counter.Add);
        Claim.That(counter.Value == 2, "1 + 1 = 2");
    }

    public static void Fixed()
    {
        var counter = new Counter();
        Crew.Run(counter.AddAtomically, counter.AddAtomically);
        Claim.That(counter.Value == 2, "1 + 1 = 2");
    }

    private sealed class Counter
    {
        private int _value;

        public int Value => _value;

        public void Add() => _value++;

        public void AddAtomically() => Interlocked.Increment(ref _value);
    }
}
