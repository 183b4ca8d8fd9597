using Braid.Checking.Reports;

namespace Braid.Checking.Testing;

/// <summary>A file of the schedules with which tests have failed, so that the next check of each runs them first.</summary>
/// <remarks>
/// Each line is a replay string and the name of the test, the newest first. A schedule stays when the test passes: in a later build it
/// shows at once if the fault is back. The file is for the program's own repository, and lines may be deleted.
/// </remarks>
internal sealed class FailingSchedules
{
    private const int MostOfOne = 4;

    private const string Head =
        "# Schedules with which tests have failed under braid check, which runs them first. Keep this file beside the tests.";

    // Tests of one file may run concurrently; each must keep what the others have added.
    private static readonly Lock s_gate = new();

    private readonly string _file;

    /// <param name="file">The file, which need not exist yet.</param>
    public FailingSchedules(string file) => _file = file;

    /// <summary>The schedules of a test. A line that is damaged, or written by a later Braid, is skipped.</summary>
    /// <exception cref="ArgumentException">The file exists and cannot be read.</exception>
    public IReadOnlyList<ScheduleString> Of(string test) =>
        [.. Read().Where(line => line.Test == test).Select(static line => TryParse(line.Schedule)).OfType<ScheduleString>()];

    /// <summary>Adds the schedule with which a test has failed.</summary>
    /// <exception cref="ArgumentException">The file cannot be read or written.</exception>
    public void Add(string test, string schedule)
    {
        lock (s_gate)
        {
            List<(string Schedule, string Test)> lines = Read();
            if (lines.Contains((schedule, test)))
            {
                return;
            }

            lines.Insert(0, (schedule, test));
            Dictionary<string, int> met = [];
            lines.RemoveAll(line => (met[line.Test] = met.GetValueOrDefault(line.Test) + 1) > MostOfOne);
            Write(lines);
        }
    }

    private List<(string Schedule, string Test)> Read()
    {
        try
        {
            return
            [
                .. from line in File.Exists(_file) ? File.ReadLines(_file) : []
                   let space = line.IndexOf(' ', StringComparison.Ordinal)
                   where space > 0 && line[0] != '#'
                   select (line[..space], line[(space + 1)..].Trim()),
            ];
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The failing schedules in {_file} cannot be read: {refusal.Message}", refusal);
        }
    }

    private void Write(List<(string Schedule, string Test)> lines)
    {
        try
        {
            // A concurrent reader, such as another run of the tests, sees the old file or the new one.
            string next = $"{_file}.{Environment.ProcessId}";
            File.WriteAllLines(next, [Head, .. lines.Select(static line => $"{line.Schedule} {line.Test}")]);
            File.Move(next, _file, overwrite: true);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The failing schedules cannot be kept in {_file}: {refusal.Message}", refusal);
        }
    }

    private static ScheduleString? TryParse(string schedule)
    {
        try
        {
            return ScheduleString.Parse(schedule);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
