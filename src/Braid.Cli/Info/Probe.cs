namespace Braid.Cli;

/// <summary>A trial of something that Braid needs and that only Linux has.</summary>
/// <param name="Name">What is tried.</param>
/// <param name="Disables">What Braid cannot do, or does in a slower way, without it.</param>
/// <param name="Try">Tries it for real, and tells what was seen; throws when it does not work.</param>
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
