namespace LibraryUse;

/// <summary>Two threads that do the same.</summary>
internal static class Two
{
    public static void Do(Action<int> work)
    {
        var other = new Thread(() => work(1));
        other.Start();
        work(0);
        other.Join();
    }
}
