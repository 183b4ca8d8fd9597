namespace Braid.Checking.Tests.Models;

/// <summary>One call of a primitive, and what came of it as text.</summary>
/// <param name="Name">For the log.</param>
/// <param name="Call">Does it.</param>
/// <param name="MayBlock">It can wait forever: only for one of several threads.</param>
/// <param name="LetsOthersIn">It gives back what it then takes again: somebody who waits may or may not come in between.</param>
internal sealed record Move(string Name, Func<object?> Call, bool MayBlock = false, bool LetsOthersIn = false)
{
    public static Move Of(string name, Action call, bool mayBlock = false) => new(name, () => { call(); return "done"; }, mayBlock);

    public string Outcome()
    {
        try
        {
            return Call()?.ToString() ?? "null";
        }
        catch (Exception e)
        {
            return e.GetType().Name;
        }
    }
}
