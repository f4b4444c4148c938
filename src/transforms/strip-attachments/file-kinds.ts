import type { Format } from './magic.ts';

/**
 * What the beginning of a file says about whether it is of a kind, being in a format: that it is (`=`); that it may be, for
 * which the names tell nothing else (`~`); the same, but not where the name is that of a document that may be packed so, too (`?`): in
 * whatever order its entries are, or encrypted (ECMA-376 part 2, MS-OFFCRYPTO section 2.3); nothing, the name alone decides (`-`).
 */
type Certainty = '=' | '~' | '?' | '-';

/** Files of one kind: what they are called. */
export interface FileKind {
  readonly formats: ReadonlyMap<Format, Certainty>;
  /** Media types in lower case, and extensions of names. */
  readonly types: readonly string[];
  readonly extensions: readonly string[];
}

/**
 * Formats | types | extensions. Types and extensions are those of the IANA registry of media types and of Apache's mime.types, with
 * names that Windows, browsers and `file` have beside. `application/octet-stream` says nothing, and is none of them.
 */
const TABLE = `
pe= | application/x-msdownload application/x-msdos-program application/vnd.microsoft.portable-executable application/x-dosexec application/x-ms-dos-executable application/exe application/x-exe application/x-winexe application/dos-exe | exe scr pif cpl com
pe- | application/x-msdownload application/vnd.microsoft.portable-executable | dll ocx sys drv mui ax efi node pyd xll wll tsp acm vbx rll fon
elf= | application/x-elf application/x-executable application/x-pie-executable application/x-sharedlib application/x-object | elf so o ko run
mach-o= | application/x-mach-binary application/x-mach-o | dylib macho
class= | application/java-vm application/x-java-class application/java | class
swf= | application/vnd.adobe.flash.movie application/x-shockwave-flash | swf
wasm= | application/wasm | wasm
lnk= | application/x-ms-shortcut application/x-mslnk application/x-win-lnk | lnk
chm= | application/vnd.ms-htmlhelp application/x-chm | chm
onenote= | application/onenote application/msonenote | one onetoc2 onepkg
shell= | application/x-sh application/x-shellscript text/x-shellscript text/x-sh application/x-csh | sh bash ksh zsh csh
perl= | application/x-perl text/x-perl | pl pm cgi
python= | application/x-python text/x-python text/x-script.python | py pyw
node= | text/javascript application/javascript application/x-javascript application/ecmascript text/ecmascript | js mjs cjs
| text/jscript text/jscript.encode | jse
| text/vbscript text/vbs application/x-vbscript text/vbscript.encode | vbs vbe
| application/x-bat application/bat application/x-msdos-batch | bat cmd
| text/x-powershell application/x-powershell | ps1 psm1
| application/hta | hta
| application/x-wsf text/x-wsf | wsf wsh wsc sct
| text/x-ms-regedit | reg

zip= ooxml~ jar~ opendocument~ | application/zip application/x-zip-compressed application/x-zip | zip
jar= zip? | application/java-archive application/x-java-archive application/x-jar | jar
jar- zip- | application/vnd.android.package-archive | apk
jar- zip- opendocument- | application/x-xpinstall | war ear aar xpi oxt
zip- ooxml- | application/vnd.google-earth.kmz application/vnd.apple.pages application/vnd.apple.numbers application/vnd.apple.keynote application/x-iwork-pages-sffpages application/x-iwork-numbers-sffnumbers application/x-iwork-keynote-sffkey | kmz pages numbers key sketch fig xmind mmap ipa cbz usdz ggb whl egg xdc
rar= | application/vnd.rar application/x-rar-compressed application/x-rar | rar
rar- | application/vnd.comicbook-rar application/x-cbr | cbr
7z= | application/x-7z-compressed | 7z
7z- | application/x-cb7 | cb7
gzip= | application/gzip application/x-gzip application/x-gzip-compressed | gz tgz taz
gzip- | image/svg+xml application/x-msmetafile image/emf image/wmf | svgz emz wmz dia gnumeric adz cpgz
bzip2= | application/x-bzip2 application/x-bzip | bz2 bz tbz tbz2
xz= | application/x-xz | xz txz
zstd= | application/zstd | zst tzst
tar= | application/x-tar | tar
tar- | application/x-ova application/x-gem | ova gem
cab= | application/vnd.ms-cab-compressed application/x-cab | cab
cab- | | msu wsp ppkg
arj= | application/x-arj | arj
lzh= | application/x-lzh-compressed application/x-lha application/x-lzh | lzh lha
ace= | application/x-ace-compressed | ace
iso= | application/x-iso9660-image application/x-cd-image application/x-iso | iso img udf
vhd= | application/x-virtualbox-vhd application/x-vhd | vhd
vhdx= | application/x-virtualbox-vhdx application/x-vhdx | vhdx

ole2~ rtf- html- | application/msword | doc dot
ole2~ html- | application/vnd.ms-excel application/msexcel application/x-msexcel | xls xlt xla xlm xlw
ole2~ | application/vnd.ms-powerpoint application/mspowerpoint | ppt pps pot ppa
ole2~ | application/vnd.ms-outlook | msg oft
ole2? | application/x-msi application/x-ms-installer application/x-windows-installer | msi msp mst
ole2~ | application/vnd.visio application/vnd.ms-project application/x-mspublisher application/vnd.ms-publisher | vsd vss vst mpp mpt pub
ole2- | application/x-ole-storage application/x-cfb application/haansofthwp application/x-hwp application/vnd.ms-works | db hwp wps wdb wiz fla max shs sdw sdc sdd qpw
ooxml~ | application/vnd.openxmlformats-officedocument.wordprocessingml.document application/vnd.openxmlformats-officedocument.wordprocessingml.template | docx dotx
ooxml~ | application/vnd.ms-word.document.macroenabled.12 application/vnd.ms-word.template.macroenabled.12 | docm dotm
ooxml~ | application/vnd.openxmlformats-officedocument.spreadsheetml.sheet application/vnd.openxmlformats-officedocument.spreadsheetml.template | xlsx xltx
ooxml~ | application/vnd.ms-excel.sheet.macroenabled.12 application/vnd.ms-excel.template.macroenabled.12 application/vnd.ms-excel.addin.macroenabled.12 application/vnd.ms-excel.sheet.binary.macroenabled.12 | xlsm xltm xlam xlsb
ooxml~ | application/vnd.openxmlformats-officedocument.presentationml.presentation application/vnd.openxmlformats-officedocument.presentationml.slideshow application/vnd.openxmlformats-officedocument.presentationml.template | pptx ppsx potx sldx
ooxml~ | application/vnd.ms-powerpoint.presentation.macroenabled.12 application/vnd.ms-powerpoint.slideshow.macroenabled.12 application/vnd.ms-powerpoint.template.macroenabled.12 application/vnd.ms-powerpoint.addin.macroenabled.12 | pptm ppsm potm ppam
ooxml- | application/vnd.ms-visio.drawing application/vnd.ms-xpsdocument application/oxps application/vnd.ms-officetheme application/vsix application/msix | vsdx vsdm vssx vstx xps oxps thmx vsix nupkg appx msix 3mf dwfx
opendocument~ | application/vnd.oasis.opendocument.text application/vnd.oasis.opendocument.text-template application/vnd.sun.xml.writer | odt ott sxw
opendocument~ | application/vnd.oasis.opendocument.spreadsheet application/vnd.oasis.opendocument.spreadsheet-template application/vnd.sun.xml.calc | ods ots sxc
opendocument~ | application/vnd.oasis.opendocument.presentation application/vnd.oasis.opendocument.presentation-template application/vnd.sun.xml.impress | odp otp sxi
opendocument- | application/vnd.oasis.opendocument.graphics application/vnd.oasis.opendocument.formula application/vnd.oasis.opendocument.base application/epub+zip application/hwp+zip application/vnd.adobe.indesign-idml-package application/x-krita image/openraster | odg otg odf odb odm epub hwpx idml kra ora
pdf= | application/pdf application/x-pdf | pdf
pdf- | application/illustrator application/vnd.adobe.illustrator | ai
rtf= | application/rtf text/rtf | rtf
rtf- | application/msword application/x-mswrite | doc wri
html= | text/html application/xhtml+xml | html htm xhtml xht shtml
html- | application/xml text/xml image/svg+xml message/rfc822 multipart/related application/x-httpd-php | hta php asp aspx jsp do cgi xml svg eml mht mhtml vue tpl

png= | image/png image/x-png | png
gif= | image/gif | gif
jpeg= | image/jpeg image/jpg image/pjpeg | jpg jpeg jpe jfif
webp= | image/webp | webp
tiff= | image/tiff | tif tiff
tiff- | image/x-adobe-dng image/x-nikon-nef image/x-canon-cr2 | dng nef cr2 arw
heif= | image/heic image/heif image/avif | heic heif avif
| image/bmp image/x-ms-bmp | bmp dib
| image/svg+xml | svg
| image/vnd.microsoft.icon image/x-icon | ico
mp4= | video/mp4 video/x-m4v video/3gpp video/quicktime | mp4 m4v 3gp mov
mp4- | audio/mp4 audio/x-m4a | m4a m4b
matroska= | video/webm video/x-matroska audio/webm | webm mkv mka
avi= | video/x-msvideo video/avi video/msvideo | avi
asf= | video/x-ms-wmv video/x-ms-asf audio/x-ms-wma | wmv asf wma
mpeg= | video/mpeg | mpg mpeg mpe vob
flv= | video/x-flv | flv
mp3= | audio/mpeg audio/mp3 | mp3
ogg= | audio/ogg video/ogg application/ogg audio/opus | ogg oga ogv opus
flac= | audio/flac audio/x-flac | flac
wav= | audio/wav audio/x-wav audio/wave audio/vnd.wave | wav
| audio/amr | amr
| audio/midi | mid midi
| audio/aac | aac

| text/plain | txt text log
| text/csv | csv
| text/css | css
| text/calendar | ics
| text/vcard text/x-vcard text/directory | vcf
| text/markdown | md
| text/x-patch text/x-diff | patch diff
| text/xml application/xml | xml xsl
| application/json | json
| message/rfc822 | eml
| application/pkcs7-mime application/x-pkcs7-mime | p7m
| application/pkcs7-signature application/x-pkcs7-signature | p7s
| application/pgp-signature | asc sig
| application/pgp-keys | asc
| application/postscript | ps eps
| application/x-apple-diskimage | dmg
| application/x-debian-package application/vnd.debian.binary-package | deb
| application/x-rpm application/x-redhat-package-manager | rpm
`;

/** Every kind that is known. */
export const FILE_KINDS: readonly FileKind[] = TABLE.split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [formats, types, extensions] = line.split('|').map((cell) => cell.split(' ').filter(Boolean));
    return {
      formats: new Map(formats.map((mark) => [mark.slice(0, -1) as Format, mark.slice(-1) as Certainty])),
      types,
      extensions,
    };
  });

const TYPES = new Set(FILE_KINDS.flatMap(({ types }) => types));
const EXTENSIONS = new Set(FILE_KINDS.flatMap(({ extensions }) => extensions));

/** Whether a declared type says what kind of file a part is. */
export function isKnownType(type: string): boolean {
  return TYPES.has(type);
}

/** The same for the extension of a name. */
export function isKnownExtension(extension: string): boolean {
  return EXTENSIONS.has(extension);
}
