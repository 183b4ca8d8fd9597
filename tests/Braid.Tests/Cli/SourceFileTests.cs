using Braid.Cli;

namespace Braid.Tests;

/// <summary>What the first lines of a program in one file ask for.</summary>
public sealed class SourceFileTests : TimedTest
{
    [Theory]
    [InlineData("", false, false)]
    [InlineData("#!/usr/bin/env dotnet\n// #: is no directive here", false, false)]
    [InlineData("#:package Braid@0.1.0", true, false)]
    [InlineData("#:package Braid.Checking", false, false)]
    [InlineData("#:project ../../src/Braid/Braid.csproj", true, false)]
    [InlineData("#:project ../../src/Braid/", true, false)]
    [InlineData("#:project ..\\src\\Braid\\Braid.csproj\r", true, false)]
    [InlineData("#:property PublishAot=false", false, false)]
    [InlineData("#:package Braid\n#:package Spectre.Console", true, true)]
    [InlineData("#:package Braided", false, true)]
    [InlineData("#:project ../Other", false, true)]
    [InlineData("#:property LangVersion=preview", false, true)]
    [InlineData("#:sdk Microsoft.NET.Sdk.Web", false, true)]
    public void Braid_is_at_hand_and_anything_else_needs_a_build(string lines, bool usesBraid, bool needsBuild)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, lines + "\nConsole.WriteLine(1);\n");
        try
        {
            var source = new SourceFile(file);
            Assert.Equal((usesBraid, needsBuild), (source.UsesBraid, source.NeedsBuild));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
