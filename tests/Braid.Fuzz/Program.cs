// Fuzzes what peers send, guided by coverage: inputs that reach a new branch of the code are kept, and changed further.
//   dotnet run -c Release --project tests/Braid.Fuzz -- pickles|handshakes|streams [--seconds N] [--seed N]
// The assemblies that it runs are copies, which SharpFuzz has instrumented.
using System.Globalization;
using Braid.Fuzz;

const string OnCopies = "--on-copies";
Target? target = args.FirstOrDefault() switch
{
    "pickles" => new PickleTarget(),
    "handshakes" => new HandshakeTarget(),
    "streams" => new StreamTarget(),
    _ => null,
};
if (target is null)
{
    Console.Error.WriteLine("Usage: pickles|handshakes|streams [--seconds N] [--seed N]");
    return 1;
}

if (!args.Contains(OnCopies))
{
    return Copies.Run([.. args, OnCopies]);
}

return new Campaign(target, Number("--seconds", 60), Number("--seed", 1)).Run() ? 0 : 1;

int Number(string name, int usual) => args.SkipWhile(argument => argument != name).Skip(1)
    .Select(static text => int.Parse(text, CultureInfo.InvariantCulture)).FirstOrDefault(usual);
