using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Braid.Checking;

namespace Braid.Cli;

/// <summary>The options that say how much <c>braid check</c> searches, and how.</summary>
internal sealed class SearchArguments
{
    private static readonly CheckOptions s_standard = new();

    private readonly Option<int?> _schedules = Make<int?>(
        "--schedules",
        "N",
        "Run at most N schedules. If only this is given, take as long as they need; the default is 10,000 in 5 seconds.",
        "a whole number from 1 on",
        TryReadCount);
    private readonly Option<TimeSpan?> _time = Make<TimeSpan?>(
        "--time",
        "30s",
        "Search at most so long. If only this is given, run as many schedules as fit.",
        "a time such as 500ms, 30s, 5m or 1h",
        TryReadTime);
    private readonly Option<int?> _workers = Make<int?>(
        "--workers",
        "N",
        "Use at most N processors; the default is all of them, up to eight, once a search has lasted for a third of a second.",
        "a whole number from 1 on",
        TryReadCount);
    private readonly Option<ulong?> _seed =
        Make<ulong?>("--seed", "N", "Where the random choices begin; the default is 1.", "a whole number from 0 on", TryReadSeed);
    private readonly Option<SearchStrategy?> _strategy =
        Word<SearchStrategy>("--strategy", "How schedules are chosen; the default is mix.");
    private readonly Option<int?> _preemptions = Make<int?>(
        "--preemptions",
        "N|all",
        "How many preemptions a bounded search goes up to; the default is 2.",
        "a whole number from 0 on, or all",
        TryReadPreemptions);
    private readonly Option<ClockMode?> _clock =
        Word<ClockMode>("--clock", "When virtual time passes: when no thread can continue, the default, or at any moment.");
    private readonly Option<MemoryModel?> _memory = Word<MemoryModel>(
        "--memory",
        "Whether volatile writes may reach other threads late: never, the default; or as from the store buffer of an x86 processor.");
    private readonly Option<RaceMode?> _races = Word<RaceMode>(
        "--races",
        "What a data race counts for: a fault, the default; only a place to switch threads; or a fault also where .NET's memory model " +
        "allows it.");

    private readonly Option<int?> _maxSteps = Make<int?>(
        "--max-steps",
        "N",
        "Steps after which a run counts as a livelock; the default is 20,000.",
        "a whole number from 1 on",
        TryReadCount);
    private readonly Option<bool> _showLibraries = new("--show-libraries")
    {
        Description = "The timeline shows each step inside of Braid and of .NET's own assemblies, not only the program's call of them.",
    };

    public IEnumerable<Option> All =>
        [_schedules, _time, _workers, _seed, _strategy, _preemptions, _clock, _memory, _races, _maxSteps, _showLibraries];

    /// <summary>The options that say what counts as a fault and how it is shown: a replay accepts them too.</summary>
    public IEnumerable<Option> OfReports => [_races, _showLibraries];

    public CheckOptions Read(ParseResult parsed)
    {
        int? schedules = parsed.GetValue(_schedules);
        TimeSpan? time = parsed.GetValue(_time);
        return ReadOfReports(parsed) with
        {
            Schedules = schedules ?? (time is null ? s_standard.Schedules : int.MaxValue),
            Time = time ?? (schedules is null ? s_standard.Time : Timeout.InfiniteTimeSpan),
            Workers = parsed.GetValue(_workers),
            Seed = parsed.GetValue(_seed) ?? s_standard.Seed,
            Strategy = parsed.GetValue(_strategy) ?? s_standard.Strategy,
            Preemptions = parsed.GetValue(_preemptions) ?? s_standard.Preemptions,
            Clock = parsed.GetValue(_clock) ?? s_standard.Clock,
            MemoryModel = parsed.GetValue(_memory) ?? s_standard.MemoryModel,
            MaxSteps = parsed.GetValue(_maxSteps) ?? s_standard.MaxSteps,
        };
    }

    /// <summary>The values of <see cref="OfReports"/>.</summary>
    public CheckOptions ReadOfReports(ParseResult parsed) => s_standard with
    {
        Races = parsed.GetValue(_races) ?? s_standard.Races,
        ShowLibraries = parsed.GetValue(_showLibraries),
    };

    private static bool TryReadCount(string text, [NotNullWhen(true)] out int? value)
    {
        value = int.TryParse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out int number) && number >= 1
            ? number
            : null;
        return value is not null;
    }

    private static bool TryReadPreemptions(string text, [NotNullWhen(true)] out int? value)
    {
        value = text == "all" ? int.MaxValue
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : null;
        return value is not null;
    }

    private static bool TryReadSeed(string text, [NotNullWhen(true)] out ulong? value)
    {
        value = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;
        return value is not null;
    }

    private static bool TryReadTime(string text, [NotNullWhen(true)] out TimeSpan? value)
    {
        string unit = text.TrimStart([.. "0123456789."]);
        double milliseconds = unit switch { "ms" => 1, "s" => 1_000, "m" => 60_000, "h" => 3_600_000, _ => double.NaN };
        bool isNumber =
            double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        value = isNumber && number * milliseconds is >= 1 and <= int.MaxValue ? TimeSpan.FromMilliseconds(number * milliseconds) : null;
        return value is not null;
    }

    private static Option<T?> Word<T>(string name, string description)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetNames<T>().Select(static word => word.ToLowerInvariant())];
        Option<T?> option =
            Make<T?>(name, string.Join('|', words), description, $"{string.Join(", ", words[..^1])} or {words[^1]}", TryRead);
        option.CompletionSources.Add(words);
        return option;

        bool TryRead(string text, [NotNullWhen(true)] out T? value)
        {
            int index = Array.IndexOf(words, text);
            value = index >= 0 ? Enum.GetValues<T>()[index] : null;
            return value is not null;
        }
    }

    private static Option<T?> Make<T>(string name, string helpName, string description, string expected, TryRead<T> read) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!read(text, out T? value))
            {
                result.AddError($"{name} takes {expected}, not '{text}'.");
            }

            return value;
        },
    };

    private delegate bool TryRead<T>(string text, out T? value);
}
