using System.Globalization;

namespace Braid.Checking.Engine;

/// <summary>What Linux reports of a thread: whether it can run, and its processor time.</summary>
/// <remarks>
/// This distinguishes a thread that is not scheduled from one that loops and from one that waits; the wall clock cannot.
/// </remarks>
/// <param name="CanRun">Whether it runs, or would if it had a processor.</param>
/// <param name="Used">Its processor time so far.</param>
internal readonly record struct ThreadUse(bool CanRun, TimeSpan Used)
{
    private const string Threads = "/proc/self/task";
    private const int FieldsBeforeState = 2;
    private const int FieldsFromStateToUserTime = 11;
    private const double TicksPerSecond = 100;      // USER_HZ: the unit of /proc, on every architecture of .NET

    /// <summary>The calling thread's id for <see cref="Of"/>; 0 where the system has none.</summary>
    public static int OwnId()
    {
        const string self = "/proc/thread-self";
        try
        {
            return OperatingSystem.IsLinux() && File.ResolveLinkTarget(self, returnFinalTarget: false) is { } target
                ? int.Parse(target.Name, CultureInfo.InvariantCulture)
                : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }

    /// <summary>The use of a thread; null where the system does not report it, or if the thread has ended.</summary>
    public static ThreadUse? Of(int id) => id == 0 ? null : Read($"{Threads}/{id}");

    /// <summary>Whether any thread of this process runs, or would if it had a processor.</summary>
    public static bool CanAnyRun(int exceptFor)
    {
        try
        {
            return Directory.EnumerateDirectories(Threads)
                .Any(thread => thread != $"{Threads}/{exceptFor}" && Read(thread) is { CanRun: true });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static ThreadUse? Read(string thread)
    {
        try
        {
            // The name is in parentheses and may contain any character: the other fields begin after the last parenthesis.
            string stat = File.ReadAllText($"{thread}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + FieldsBeforeState)..].Split(' ');
            double ticks = double.Parse(fields[FieldsFromStateToUserTime], CultureInfo.InvariantCulture)
                + double.Parse(fields[FieldsFromStateToUserTime + 1], CultureInfo.InvariantCulture);
            return new ThreadUse(fields[0] == "R", TimeSpan.FromSeconds(ticks / TicksPerSecond));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
