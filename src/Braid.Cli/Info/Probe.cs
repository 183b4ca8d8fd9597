namespace Braid.Cli;

/// <summary>A trial of a feature that Braid needs and that only Linux has.</summary>
/// <param name="Name">The feature.</param>
/// <param name="Disables">What Braid cannot do, or does more slowly, without it.</param>
/// <param name="Try">Tries it for real, and describes the result; throws if it does not work.</param>
internal sealed record Probe(string Name, string Disables, Func<string> Try)
{
    public Check Run() => Run(OperatingSystem.IsLinux());

    internal Check Run(bool isLinux)
    {
        if (!isLinux)
        {
            return new Check(Name, null, "not on this system", Disables);
        }

        try
        {
            return new Check(Name, true, Try(), null);
        }
        catch (Exception exception)   // whatever went wrong is the finding
        {
            return new Check(Name, false, exception.Message, Disables);
        }
    }
}
