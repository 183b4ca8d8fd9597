namespace Braid.Multiprocessing;

/// <summary>What <c>/proc</c> tells of a process.</summary>
internal static class ProcessStatus
{
    /// <summary>When the process started, in clock ticks since the machine did; with the pid, it names a process for ever.</summary>
    /// <returns>Null when there is no such process, or it has ended and only waits to be reaped.</returns>
    public static long? StartOf(int pid)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            return null;
        }

        // pid (name) state ppid …: the name may hold anything, so count from the last parenthesis; the start is field 22
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes of memory that only this process uses: what is resident without what it shares.</summary>
    /// <returns>Null when there is no such process.</returns>
    public static long? PrivateBytesOf(int pid)
    {
        try
        {
            string[] pages = File.ReadAllText($"/proc/{pid}/statm").Split(' ');
            return (long.Parse(pages[1], System.Globalization.CultureInfo.InvariantCulture) - long.Parse(pages[2], System.Globalization.CultureInfo.InvariantCulture)) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
