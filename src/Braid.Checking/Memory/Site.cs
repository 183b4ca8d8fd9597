namespace Braid.Checking.Memory;

/// <summary>A site: a place in the code of the program under check at which it does something visible.</summary>
/// <param name="Assembly">Path of the original assembly.</param>
/// <param name="Method">Its method, as reports write it: "Account.Deposit".</param>
/// <param name="MethodToken">Metadata token of the method in the original assembly.</param>
/// <param name="Offset">Offset in the method's original code.</param>
/// <param name="Subject">
/// The object or location, as the code names it: "Account.balance", "_gate"; empty if the code has no name for it.
/// </param>
/// <param name="Point">Number shared by all sites that access the same field, for <see cref="Engine.Points"/>.</param>
/// <param name="Traits">What the code around it says about it.</param>
internal sealed record Site(string Assembly, string Method, int MethodToken, int Offset, string Subject, int Point, SiteTraits Traits);
