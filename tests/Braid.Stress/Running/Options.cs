using System.Globalization;

namespace Braid.Stress;

/// <summary>What the command line asks for.</summary>
internal sealed record Options(double Seconds, int Seed, string? Only, bool Chaos, bool Collects, double Grace)
{
    public const string Usage = """
        Usage: Braid.Stress [--chaos | --gc-stress] [--seconds N] [--seed S] [--only NAME] [--grace N]
          --chaos     kill real processes at random moments, instead of hammering the primitives inside one process
          --gc-stress collect and finalize all the time beside optimized code, also of objects that nothing keeps
          --seconds   how long all scenarios take together; 20 unless said
          --seed      makes the choices those of an earlier run
          --only      the scenarios whose names contain this
          --grace     with --chaos, how long anything may take once nobody kills any more; 5 seconds unless said, which is less than
                      any limit of Braid's own, so that nothing goes on only because such a limit has passed
        """;

    /// <returns>Null when the command line cannot be understood.</returns>
    public static Options? Parse(string[] args)
    {
        var options = new Options(20, Random.Shared.Next(), null, Chaos: false, Collects: false, Grace: 5);
        for (int i = 0; i < args.Length; i += 2)
        {
            if (args[i] is "--chaos" or "--gc-stress")
            {
                options = args[i] == "--chaos" ? options with { Chaos = true } : options with { Collects = true };
                i--;   // it has no value
                continue;
            }

            string? value = i + 1 < args.Length ? args[i + 1] : null;
            if (args[i] == "--seconds" && double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds > 0)
            {
                options = options with { Seconds = seconds };
            }
            else if (args[i] == "--seed" && int.TryParse(value, CultureInfo.InvariantCulture, out int seed))
            {
                options = options with { Seed = seed };
            }
            else if (args[i] == "--grace" && double.TryParse(value, CultureInfo.InvariantCulture, out double grace) && grace > 0)
            {
                options = options with { Grace = grace };
            }
            else if (args[i] == "--only" && value is not null)
            {
                options = options with { Only = value };
            }
            else
            {
                return null;
            }
        }

        return options;
    }
}
