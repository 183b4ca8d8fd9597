namespace BugZoo.Tasks;

/// <summary>A Lazy keeps the exception of a first use that came before the settings did.</summary>
internal static class CachedFailure
{
    public static void Buggy() => Run(LazyThreadSafetyMode.ExecutionAndPublication);

    public static void Fixed() => Run(LazyThreadSafetyMode.PublicationOnly);

    private static void Run(LazyThreadSafetyMode mode)
    {
        string? settings = null;
        var client = new Lazy<string>(() => Volatile.Read(ref settings) ?? throw new InvalidOperationException("no settings yet"), mode);
        Task early = Task.Run(() =>
        {
            try
            {
                _ = client.Value;
            }
            catch (InvalidOperationException)
            {
                // it is tried again later
            }
        });
        Volatile.Write(ref settings, "here");
        early.GetAwaiter().GetResult();
        Claim.That(client.Value == "here", "with the settings there is a client");
    }
}
