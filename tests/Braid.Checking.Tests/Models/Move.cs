namespace Braid.Checking.Tests.Models;

/// <summary>One call of a primitive, whose outcome is a text.</summary>
/// <param name="Name">Its name in the log.</param>
/// <param name="Call">Makes the call.</param>
/// <param name="MayBlock">Whether it can wait forever; such a move is only for one of several threads.</param>
/// <param name="LetsOthersIn">Whether it releases what it then takes again, so that a waiter may or may not come in between.</param>
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
