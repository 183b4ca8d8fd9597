using System.Globalization;

namespace Braid.Checking.Engine;

/// <summary>What Linux says of a thread: whether it could run, and how much processor time it has had.</summary>
/// <remarks>
/// A thread that wants to run and gets no processor is told by this from one that runs a loop and from one that waits; the wall clock tells
/// none of them apart.
/// </remarks>
/// <param name="CanRun">It runs, or would if it had a processor.</param>
/// <param name="Used">Processor time until now.</param>
internal readonly record struct ThreadUse(bool CanRun, TimeSpan Used)
{
    private const string Threads = "/proc/self/task";
    private const int FieldsBeforeState = 2;
    private const int FieldsFromStateToUserTime = 11;
    private const double TicksPerSecond = 100;      // USER_HZ: what /proc counts in, on every architecture of .NET

    /// <summary>The calling thread's number for <see cref="Of"/>; 0 where there is none.</summary>
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

    /// <summary>Null where the system does not tell, or the thread has ended.</summary>
    public static ThreadUse? Of(int id) => id == 0 ? null : Read($"{Threads}/{id}");

    /// <summary>Whether any thread of this process runs, or would if it had a processor.</summary>
    public static bool CanAnyRun(int exceptFor)
    {
        try
        {
            return Directory.EnumerateDirectories(Threads).Any(thread => thread != $"{Threads}/{exceptFor}" && Read(thread) is { CanRun: true });
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
            // The name stands in parentheses and may hold anything: the fields begin behind the last one.
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
