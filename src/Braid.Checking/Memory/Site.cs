namespace Braid.Checking.Memory;

/// <summary>A place in the program under check at which it does something visible.</summary>
/// <param name="Assembly">Path of the original assembly.</param>
/// <param name="Method">Its method, as a report writes it: "Account.Deposit".</param>
/// <param name="MethodToken">Metadata token of the method in the original assembly.</param>
/// <param name="Offset">Offset in the method's original code.</param>
/// <param name="Subject">What it is done to, as the code names it: "Account.balance", "_gate"; empty if the code has no name for it.</param>
/// <param name="Point">Number shared by all places that touch the same field, for <see cref="Engine.Points"/>.</param>
/// <param name="Traits">What the code around it says.</param>
internal sealed record Site(string Assembly, string Method, int MethodToken, int Offset, string Subject, int Point, SiteTraits Traits);
