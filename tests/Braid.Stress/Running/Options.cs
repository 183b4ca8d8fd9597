using System.Globalization;

namespace Braid.Stress;

/// <summary>What the command line asks for.</summary>
internal sealed record Options(double Seconds, int Seed, string? Only)
{
    public const string Usage = "Usage: Braid.Stress [--seconds N] [--seed S] [--only NAME]";

    /// <returns>Null when the command line cannot be understood.</returns>
    public static Options? Parse(string[] args)
    {
        var options = new Options(20, Random.Shared.Next(), null);
        for (int i = 0; i < args.Length; i += 2)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            if (args[i] == "--seconds" && double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds > 0)
            {
                options = options with { Seconds = seconds };
            }
            else if (args[i] == "--seed" && int.TryParse(value, CultureInfo.InvariantCulture, out int seed))
            {
                options = options with { Seed = seed };
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
