using System.CommandLine;
using System.Text.Json;

namespace Braid.Cli;

/// <summary><c>braid info</c>: what this machine provides to Braid, and what is missing.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Write JSON, for programs." };
        var plain = new Option<bool>("--plain") { Description = "Write lines without colours and frames, as into a pipe or a file." };
        var info = new Command("info", "Show what this machine provides to Braid, and what is disabled by what it lacks.") { json, plain };
        info.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            var found = SystemInfo.Gather(Probes.All);
            if (parsed.GetValue(json))
            {
                output.WriteLine(JsonSerializer.Serialize(found, InfoJson.Default.SystemInfo));
            }
            else if (parsed.GetValue(plain) || output != Console.Out || Console.IsOutputRedirected)
            {
                InfoText.Write(found, output);
            }
            else
            {
                InfoTable.Write(found);
            }
        });
        return info;
    }
}
