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

    private readonly string _file;
    private readonly List<(string Schedule, string Test)> _lines = [];

    /// <exception cref="ArgumentException">There is such a file, and it cannot be read.</exception>
    public FailingSchedules(string file)
    {
        _file = file;
        try
        {
            foreach (string line in File.Exists(file) ? File.ReadLines(file) : [])
            {
                if (line.Split(' ', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } schedule, var test] && schedule[0] != '#')
                {
                    _lines.Add((schedule, test));
                }
            }
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The failing schedules in {file} cannot be read: {refusal.Message}", nameof(file), refusal);
        }
    }

    /// <summary>The schedules of a test. A line that is damaged, or written by a later Braid, is passed over.</summary>
    public IReadOnlyList<ScheduleString> Of(string test) =>
        [.. _lines.Where(line => line.Test == test).Select(static line => TryParse(line.Schedule)).OfType<ScheduleString>()];

    /// <summary>Adds the schedule with which a test has failed, and writes the file.</summary>
    /// <exception cref="ArgumentException">The file cannot be written.</exception>
    public void Add(string test, string schedule)
    {
        if (_lines.Contains((schedule, test)))
        {
            return;
        }

        _lines.Insert(0, (schedule, test));
        Dictionary<string, int> met = [];
        _lines.RemoveAll(line => (met[line.Test] = met.GetValueOrDefault(line.Test) + 1) > MostOfOne);
        try
        {
            // Whoever reads it meanwhile, another run of the tests, sees the old file or the new one.
            string next = $"{_file}.{Environment.ProcessId}";
            File.WriteAllLines(next, [Head, .. _lines.Select(static line => $"{line.Schedule} {line.Test}")]);
            File.Move(next, _file, overwrite: true);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The failing schedules cannot be kept in {_file}: {refusal.Message}", nameof(schedule), refusal);
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
